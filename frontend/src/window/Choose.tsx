import { useState, type KeyboardEvent, type ReactNode } from "react";
import { Dialog } from "./Dialog";

interface Choice {
  readonly key: string;
  readonly text: string;
  readonly content: ReactNode;
  readonly choose: () => void;
}

interface ChooseProps {
  title: string;
  placeholder: string;
  empty: string;
  choices: readonly Choice[];
  close: () => void;
}

/** A list to pick from: type to narrow it down, arrows and Enter choose. */
export function Choose({ title, placeholder, empty, choices, close }: ChooseProps) {
  const [text, setText] = useState("");
  const [index, setIndex] = useState(0);
  const found = choices.filter((choice) => choice.text.toLowerCase().includes(text.toLowerCase()));
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") setIndex(Math.min(index + 1, found.length - 1));
    else if (event.key === "ArrowUp") setIndex(Math.max(index - 1, 0));
    else if (event.key === "Enter") pick(found[index]);
    else return;
    event.preventDefault();
  };
  const pick = (choice: Choice | undefined): void => {
    if (!choice) return;
    close();
    choice.choose();
  };
  return (
    <Dialog title={title} close={close}>
      <input
        className="input"
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls="choices"
        aria-label={placeholder}
        aria-activedescendant={found[index] ? `choice-${index}` : undefined}
        placeholder={placeholder}
        value={text}
        onKeyDown={keys}
        onChange={(event) => {
          setText(event.target.value);
          setIndex(0);
        }}
      />
      <ul id="choices" className="dialog-list choices" role="listbox" aria-label={title}>
        {found.map((choice, number) => (
          <li
            key={choice.key}
            id={`choice-${number}`}
            role="option"
            aria-selected={number === index}
            ref={number === index ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
            onPointerMove={() => setIndex(number)}
            onClick={() => pick(choice)}
          >
            {choice.content}
          </li>
        ))}
        {found.length === 0 && <li className="soft">{empty}</li>}
      </ul>
    </Dialog>
  );
}
