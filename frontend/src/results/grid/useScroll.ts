import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from "react";
import { drifted, moved, revealing, settled, type Extent, type Position } from "./scroll";

interface Looking extends Position {
  readonly left: number;
  readonly width: number;
  readonly seen: number;
}

export interface Scroll extends Looking {
  readonly onScroll: () => void;
  readonly onPointerDown: (event: React.PointerEvent) => void;
  readonly show: (start: number, size: number) => void;
  /** The same across, of what is not covered by the first `covered` pixels. */
  readonly showAcross: (start: number, size: number, covered: number) => void;
}

/** What is seen of a list `total` pixels high below a head of `head` pixels. */
export function useScroll(elementRef: RefObject<HTMLDivElement | null>, total: number, head: number): Scroll {
  const [looking, setLooking] = useState<Looking>({ real: 0, top: 0, left: 0, width: 0, seen: 0 });
  const latest = useRef(looking);
  const held = useRef(false);
  const rest = useRef(0);

  const look = useCallback(
    (position: Position, seen = latest.current.seen) => {
      const found = elementRef.current;
      if (!found) return;
      latest.current = { ...position, left: found.scrollLeft, width: found.clientWidth, seen };
      setLooking(latest.current);
    },
    [elementRef],
  );

  const settle = useCallback(
    (top: number, extent: Extent) => {
      const position = settled(top, extent);
      look(position, extent.seen);
      elementRef.current?.scrollTo({ top: position.real, behavior: "instant" });
      // What the browser made of it (it rounds) is where the next movement begins.
      latest.current = { ...latest.current, real: elementRef.current?.scrollTop ?? position.real };
      setLooking(latest.current);
    },
    [elementRef, look],
  );

  useLayoutEffect(() => {
    const found = elementRef.current;
    if (!found) return;
    const measure = (): void => settle(latest.current.top, { total, seen: Math.max(0, found.clientHeight - head) });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(found);
    return () => observer.disconnect();
  }, [elementRef, total, head, settle]);

  const onScroll = (): void => {
    const extent = { total, seen: latest.current.seen };
    const real = elementRef.current?.scrollTop ?? 0;
    const position = moved(latest.current, real, extent, held.current);
    look(position);
    clearTimeout(rest.current);
    if (!held.current && drifted(position, extent)) settle(position.top, extent);
    else rest.current = window.setTimeout(() => !held.current && settle(latest.current.top, extent), 200);
  };
  const onPointerDown = (event: React.PointerEvent): void => {
    const found = elementRef.current;
    if (!found || event.nativeEvent.offsetX < found.clientWidth || event.target !== found) return;
    held.current = true;
    const release = (): void => {
      held.current = false;
      for (const name of ["pointerup", "wheel", "keydown"]) removeEventListener(name, release, true);
    };
    for (const name of ["pointerup", "wheel", "keydown"]) addEventListener(name, release, true);
  };
  const show = (start: number, size: number): void => {
    const extent = { total, seen: latest.current.seen };
    settle(revealing(latest.current.top, start, size, extent), extent);
  };
  const showAcross = (start: number, size: number, covered: number): void => {
    const { left, width } = latest.current;
    const to = revealing(left + covered, start, size, { total: 0, seen: width - covered }) - covered;
    elementRef.current?.scrollTo({ left: to, behavior: "instant" });
  };
  return { ...looking, onScroll, onPointerDown, show, showAcross };
}
