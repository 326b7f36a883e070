import { useRef, useState, type KeyboardEvent } from "react";
import { Icon } from "@/icons/Icon";

export interface Option {
  readonly value: string;
  readonly note?: string;
}

interface ComboboxProps {
  id: string;
  describedBy?: string;
  label?: string;
  value: string;
  options: readonly Option[];
  placeholder?: string;
  invalid?: boolean;
  /** What the list says where there is nothing to choose from. */
  none?: string;
  change: (value: string) => void;
}

/** A text with a list of what it may be; anything else may be typed too. */
export function Combobox({
  id,
  describedBy,
  label,
  value,
  options,
  placeholder,
  invalid = false,
  none = "No fields are known yet: connect the input.",
  change,
}: ComboboxProps) {
  const [open, setOpen] = useState(false);
  const [filter, setFilter] = useState("");
  const [index, setIndex] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const found = options.filter((option) => option.value.toLowerCase().includes(filter.toLowerCase()));
  const close = (): void => {
    setOpen(false);
    setFilter("");
    setIndex(-1);
  };
  const choose = (option: Option | undefined): void => {
    if (option) change(option.value);
    close();
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = index + (event.key === "ArrowDown" ? 1 : -1);
      setOpen(true);
      setIndex(Math.max(0, Math.min(next, found.length - 1)));
    } else if (event.key === "Enter" && open) choose(found[index]);
    else if (event.key === "Escape" && open) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="combobox" onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && close()}>
      <input
        ref={input}
        id={id}
        className="input"
        role="combobox"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-activedescendant={open && index >= 0 ? `${id}-${index}` : undefined}
        aria-describedby={describedBy}
        aria-label={label}
        aria-invalid={invalid}
        autoComplete="off"
        spellCheck={false}
        value={value}
        placeholder={placeholder}
        onKeyDown={keys}
        onClick={() => setOpen(true)}
        onChange={(event) => {
          change(event.target.value);
          setFilter(event.target.value);
          setOpen(true);
        }}
      />
      <span className="combobox-buttons">
        {value !== "" && (
          <button type="button" tabIndex={-1} aria-label="Clear" onClick={() => change("")}>
            <Icon name="close" size={10} />
          </button>
        )}
        <button
          type="button"
          tabIndex={-1}
          aria-label="Show the choices"
          onClick={() => (setOpen(!open), input.current?.focus())}
        >
          <Icon name="chevronDown" size={12} />
        </button>
      </span>
      {open && (
        <ul id={`${id}-list`} className="popup combobox-list" role="listbox" aria-label={label ?? "Choices"}>
          {found.map((option, number) => (
            <li
              key={option.value}
              id={`${id}-${number}`}
              role="option"
              aria-selected={option.value === value}
              className={number === index ? "active" : ""}
              onPointerDown={(event) => {
                event.preventDefault(); // the input keeps the focus
                choose(option);
              }}
            >
              <span className="ellipsis">{option.value}</span>
              <span className="soft">{option.note}</span>
            </li>
          ))}
          {found.length === 0 && <li className="soft">{options.length === 0 ? none : "Nothing like it."}</li>}
        </ul>
      )}
    </div>
  );
}
