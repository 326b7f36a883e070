import { useLayoutEffect, useRef, type ReactNode } from "react";

interface PopoverProps {
  readonly label: string;
  /** What it hangs below. */
  readonly at: DOMRect;
  readonly close: () => void;
  readonly children: ReactNode;
}

/** A small box below a button. A click beside it and Escape close it. */
export function Popover({ label, at, close, children }: PopoverProps) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = element.current;
    if (!box) return;
    box.showPopover();
    const { width, height } = box.getBoundingClientRect();
    box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
    box.style.top = `${Math.max(8, Math.min(at.bottom + 2, innerHeight - height - 8))}px`;
    box.querySelector<HTMLElement>("[data-first], input, select, button")?.focus();
  }, [at]);
  return (
    <div
      ref={element}
      popover="auto"
      role="dialog"
      aria-label={label}
      className="popup grid-popover"
      onToggle={(event) => event.newState === "closed" && close()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      {children}
    </div>
  );
}
