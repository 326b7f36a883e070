import { useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { useView } from "@/state/view";
import { shown, type Action } from "./action";
import { action, menus } from "./registry";

/** The menu line. */
export function MenuBar() {
  const [open, setOpen] = useState(-1);
  const titles = useRef<(HTMLButtonElement | null)[]>([]);
  const turn = (event: KeyboardEvent, by: number): void => {
    event.preventDefault();
    const next = (Math.max(open, 0) + by + menus.length) % menus.length;
    titles.current[next]?.focus();
    setOpen(open < 0 ? open : next);
  };
  return (
    <nav className="menu-bar" role="menubar" aria-label="Menu">
      {menus.map(({ title, actions }, index) => (
        <div key={title} className="menu-title">
          <button
            ref={(element) => {
              titles.current[index] = element;
            }}
            role="menuitem"
            aria-haspopup="menu"
            aria-expanded={open === index}
            onMouseDown={(event) => event.preventDefault()} // the focus stays on the canvas, and with it the keys
            onClick={() => setOpen(open === index ? -1 : index)}
            onPointerEnter={() => open >= 0 && setOpen(index)}
            onKeyDown={(event) => {
              if (event.key === "ArrowRight") turn(event, 1);
              else if (event.key === "ArrowLeft") turn(event, -1);
              else if (event.key === "ArrowDown") setOpen(index);
            }}
          >
            {title}
          </button>
          {open === index && <MenuList actions={actions} label={title} close={() => setOpen(-1)} />}
        </div>
      ))}
    </nav>
  );
}

interface MenuListProps {
  actions: readonly Action[];
  label: string;
  close: () => void;
  style?: object;
}

/** A list of actions with their keys. Arrows move, Enter does, Escape closes; so does a click elsewhere. */
export function MenuList({ actions, label, close, style }: MenuListProps) {
  const list = useRef<HTMLDivElement>(null);
  // A layout effect: the focus goes back before what the action opens takes it.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const menu = list.current;
    menu?.querySelector<HTMLElement>("button:not(:disabled)")?.focus({ preventScroll: true });
    const outside = (event: PointerEvent): void => {
      if (!(event.target as Element).closest(".menu-title, .menu")) close();
    };
    window.addEventListener("pointerdown", outside, true);
    return () => {
      window.removeEventListener("pointerdown", outside, true);
      if (before instanceof HTMLElement && !menu?.contains(before)) before.focus({ preventScroll: true });
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when the list opens
  }, []);
  const keys = (event: KeyboardEvent): void => {
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>("button:not(:disabled)") ?? [])];
    const index = buttons.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") buttons[(index + 1) % buttons.length]?.focus();
    else if (event.key === "ArrowUp") buttons.at(index - 1)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={list} className="popup menu" role="menu" aria-label={label} style={style} onKeyDown={keys}>
      {actions
        .filter(({ id }) => !/^(nudge|push|size)-/.test(id))
        .map((entry) => (
          <button
            key={entry.id}
            role={entry.checked ? "menuitemcheckbox" : "menuitem"}
            aria-checked={entry.checked?.()}
            disabled={!(entry.enabled?.() ?? true)}
            onClick={() => {
              close();
              entry.perform();
            }}
          >
            <span className="tick">{entry.checked?.() ? "✓" : ""}</span>
            <span>{entry.label}</span>
            <kbd>{entry.keys?.[0] ? shown(entry.keys[0]) : ""}</kbd>
          </button>
        ))}
    </div>
  );
}

const CONTEXT = {
  canvas: ["insert", "paste", "comment", "container", "select-all", "layout", "fit"],
  selection: [
    "run-until",
    "insert-after",
    "connect",
    "replace",
    "cut",
    "copy",
    "duplicate",
    "delete",
    "annotate",
    "container",
    "into-container",
    "align-top",
    "align-left",
    "distribute-x",
    "distribute-y",
  ],
  wire: ["insert", "delete"],
};

/** The menu of the right mouse button. */
export function ContextMenu() {
  const menu = useView((view) => view.menu);
  if (!menu) return null;
  const left = Math.min(menu.screen.x, window.innerWidth - 280);
  const top = Math.min(menu.screen.y, window.innerHeight - 400);
  const close = (): void => useView.setState({ menu: null });
  return (
    <MenuList
      actions={CONTEXT[menu.kind].map(action)}
      label="Actions"
      close={close}
      style={{ left, top, position: "fixed" }}
    />
  );
}
