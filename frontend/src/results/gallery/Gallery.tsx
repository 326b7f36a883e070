import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import * as api from "@/api/client";
import type { Cell } from "@/api/types";
import type { End } from "@/document/wires";
import { useKept } from "@/state/view";
import type { Records } from "../pages";
import { LargeView } from "./LargeView";
import { rolesOf, type Roles } from "./roles";
import { useSelected, type Selected } from "./selected";
import { useChoice } from "./store";
import { textOf, Tile, type Picture } from "./Tile";
import { Toolbar } from "./Toolbar";
import "./gallery.css";

const GAP = 6;
const SIZES = [96, 192, 384, 768] as const; // of thumbnails: few, so that the same serve every zoom
const CAPTIONED = 88; // pixels from which words fit over a picture
const SAMPLE = 50;

/** All pictures of a stream, side by side. */
export function Gallery({ end, records }: { end: End; records: Records }) {
  const choice = useChoice(end);
  const { fields, kept, row } = records;
  const roles = useMemo((): Roles | null => {
    const sample = Array.from({ length: Math.min(SAMPLE, kept) }, (_, index) => row(index) ?? []);
    return rolesOf(fields, sample, choice.fields);
  }, [fields, kept, row, choice.fields]);
  const { selected, problem } = useSelected(records, roles, choice);
  if (!roles) return null;
  return (
    <div className="gallery">
      <Toolbar end={end} records={records} shown={selected?.shown ?? null} roles={roles} />
      {problem && <p className="empty">{problem}</p>}
      {selected && <Pictures records={records} selected={selected} roles={roles} />}
    </div>
  );
}

interface PicturesProps {
  records: Records;
  selected: Selected;
  roles: Roles;
}

function Pictures({ records, selected, roles }: PicturesProps) {
  const { shown: kept } = selected;
  const size = useKept(({ tile }) => tile);
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const columns = Math.max(1, Math.floor((width - GAP) / (size + GAP)));
  const [active, setActive] = useState(0);
  const [opened, setOpened] = useState<number | null>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualiser redraws this component by itself
  const rows = useVirtualizer({
    count: Math.ceil(kept / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => size + GAP,
    paddingStart: GAP,
    overscan: 2,
  });
  useEffect(() => {
    rows.measure();
    rows.scrollToIndex(Math.floor(active / columns), { align: "auto" });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what was looked at stays in sight when tiles change size
  }, [size, columns]);
  const wanted = size * window.devicePixelRatio;
  const thumbnail = SIZES.find((one) => one >= wanted) ?? SIZES[3];
  const pictureAt = usePictures(records, selected, roles, thumbnail);
  const wholeAt = usePictures(records, selected, roles, 0);
  const go = (index: number): void => {
    setActive(index);
    rows.scrollToIndex(Math.floor(index / columns));
  };
  const keys = (event: KeyboardEvent): void => {
    const page = columns * Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / (size + GAP)));
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
      PageDown: page,
      PageUp: -page,
      Home: -kept,
      End: kept,
    };
    const step = steps[event.key];
    if (event.key === "Enter") setOpened(active);
    else if (step === undefined) return;
    else go(Math.max(0, Math.min(kept - 1, active + step)));
    event.preventDefault();
  };
  if (kept === 0) return <p className="empty">No picture is like that.</p>;
  return (
    <>
      <div
        ref={scroller}
        className="gallery-scroll"
        role="listbox"
        tabIndex={0}
        aria-label="Pictures"
        aria-activedescendant={`picture-${active}`}
        onKeyDown={keys}
      >
        <div style={{ height: rows.getTotalSize(), position: "relative" }}>
          {width > 0 &&
            rows.getVirtualItems().flatMap(({ index: row, start }) =>
              Array.from({ length: Math.min(columns, kept - row * columns) }, (_, column) => {
                const index = row * columns + column;
                return (
                  <Tile
                    key={index}
                    index={index}
                    picture={pictureAt(index)}
                    captioned={size >= CAPTIONED}
                    active={index === active}
                    top={start}
                    left={GAP + column * (size + GAP)}
                    size={size}
                    choose={setActive}
                    open={setOpened}
                  />
                );
              }),
            )}
        </div>
      </div>
      {opened !== null && (
        <LargeView
          index={opened}
          count={kept}
          fields={records.fields}
          row={selected.row(opened)}
          urlOf={(index) => wholeAt(index)?.url ?? ""}
          go={(index) => {
            setOpened(index);
            go(index);
          }}
          close={() => setOpened(null)}
        />
      )}
    </>
  );
}

/** What is known of a record's picture, the same object each time; undefined while the record is on its way. */
function usePictures(
  records: Records,
  selected: Selected,
  roles: Roles,
  size: number,
): (index: number) => Picture | undefined {
  const places = useMemo(() => {
    const place = (name: string): number => records.fields.findIndex((field) => field.name === name);
    return {
      image: place(roles.image),
      truth: place(roles.truth),
      predicted: place(roles.predicted),
      probability: place(roles.probability),
    };
  }, [records.fields, roles]);
  return useMemo(() => {
    const pictureOf = remembered((row: readonly Cell[], number: number): Picture => {
      const image = row[places.image];
      const digest = typeof image === "object" && image !== null && "image" in image ? (image.image ?? "") : "";
      const probability = row[places.probability];
      return {
        url: image ? api.imageUrl(records.stream, number, roles.image, size, digest) : "",
        truth: textOf(row[places.truth]),
        predicted: textOf(row[places.predicted]),
        probability: typeof probability === "number" ? probability : null,
      };
    });
    return (index) => {
      const row = selected.row(index);
      return row && pictureOf(row, selected.number(index));
    };
  }, [records.stream, selected, roles.image, places, size]);
}

/** A function that makes one thing of each row, once. */
function remembered<Made>(
  make: (row: readonly Cell[], number: number) => Made,
): (row: readonly Cell[], number: number) => Made {
  const known = new WeakMap<readonly Cell[], Made>();
  return (row, number) => {
    const made = known.get(row) ?? make(row, number);
    known.set(row, made);
    return made;
  };
}

function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
