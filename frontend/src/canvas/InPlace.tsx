import { useView } from "@/state/view";

interface InPlaceProps {
  className: string;
  label: string;
  text: string;
  save: (text: string) => void;
}

/** A text edited where it stands: Enter keeps it (Shift+Enter breaks the line), Escape does not. */
export function InPlace({ className, label, text, save }: InPlaceProps) {
  const done = (): void => useView.setState({ editing: "" });
  return (
    <textarea
      className={`${className} nodrag nowheel nopan`}
      aria-label={label}
      defaultValue={text}
      autoFocus
      onFocus={(event) => event.target.select()}
      onBlur={(event) => {
        save(event.target.value.trim());
        done();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") {
          event.currentTarget.value = text;
          done();
        } else if (event.key === "Enter" && !event.shiftKey) event.currentTarget.blur();
      }}
    />
  );
}
