import type { KeyboardEvent, ReactNode } from "react";

interface TabsProps<Key extends string> {
  label: string;
  className?: string;
  /** What each shows, by its key. */
  tabs: readonly (readonly [Key, ReactNode])[];
  /** None of them, where something else is shown. */
  chosen: Key | undefined;
  choose: (key: Key) => void;
}

/** A row of tabs: one stop of the Tab key, the arrows go from one to the next. */
export function Tabs<Key extends string>({ label, className = "", tabs, chosen, choose }: TabsProps<Key>) {
  const place = Math.max(
    0,
    tabs.findIndex(([key]) => key === chosen),
  );
  const turn = ({ key, currentTarget }: KeyboardEvent<HTMLElement>, from: number): void => {
    const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
    const to = (from + step + tabs.length) % tabs.length;
    const next = tabs[to];
    if (step === 0 || !next) return;
    choose(next[0]);
    (currentTarget.parentElement?.children[to] as HTMLElement).focus();
  };
  return (
    <div className={`tabs ${className}`} role="tablist" aria-label={label}>
      {tabs.map(([key, shown], index) => (
        <button
          key={key}
          role="tab"
          aria-selected={key === chosen}
          tabIndex={index === place ? 0 : -1}
          onClick={() => choose(key)}
          onKeyDown={(event) => turn(event, index)}
        >
          {shown}
        </button>
      ))}
    </div>
  );
}
