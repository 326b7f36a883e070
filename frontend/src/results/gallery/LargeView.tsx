import { useEffect, useRef } from "react";
import { Dialog } from "@/window/Dialog";
import type { Cell, FieldShape } from "@/api/types";
import { whole } from "../format";
import { percent, textOf, Thumbnail } from "./Tile";

interface Props {
  index: number;
  count: number;
  fields: readonly FieldShape[];
  row: readonly Cell[] | undefined;
  /** Where a picture is fetched in its own size. */
  urlOf: (index: number) => string;
  go: (index: number) => void;
  close: () => void;
}

/** One picture as large as fits, beside its record. The arrow keys lead on. */
export function LargeView({ index, count, fields, row, urlOf, go, close }: Props) {
  const focus = useRef<HTMLDivElement>(null);
  useEffect(() => focus.current?.focus(), []);
  useEffect(() => {
    for (const near of [index + 1, index - 1])
      if (near >= 0 && near < count && urlOf(near)) new Image().src = urlOf(near);
  }, [index, count, urlOf]);
  const move = (step: number): void => go(Math.max(0, Math.min(count - 1, index + step)));
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowDown: 1,
    ArrowLeft: -1,
    ArrowUp: -1,
    Home: -count,
    End: count,
  };
  return (
    <Dialog title={`Picture ${whole(index + 1)} of ${whole(count)}`} close={close}>
      <div
        className="large-view"
        ref={focus}
        tabIndex={0}
        role="group"
        aria-label="Picture"
        onKeyDown={({ key }) => steps[key] && move(steps[key])}
      >
        <div className="large-picture">
          {row && (urlOf(index) ? <Thumbnail url={urlOf(index)} alt="" /> : <p className="thumb-reason">No picture</p>)}
        </div>
        <table className="large-fields">
          <tbody>
            {fields.map((field, column) => (
              <tr key={field.name}>
                <th scope="row">{field.name}</th>
                <td>{row && shown(field, row[column])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="dialog-foot">
        <button className="button" disabled={index === 0} onClick={() => move(-1)}>
          Previous
        </button>
        <button className="button" disabled={index + 1 >= count} onClick={() => move(1)}>
          Next
        </button>
        <button className="button primary" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function shown(field: FieldShape, cell: Cell | undefined): string {
  if (typeof cell === "object" && cell !== null && "blob" in cell) return `${whole(cell.blob)} bytes`;
  if (typeof cell === "number" && field.meaning === "probability") return percent(cell);
  return cell === null ? "null" : textOf(cell);
}
