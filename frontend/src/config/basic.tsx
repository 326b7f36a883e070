/** The plain controls: text, number, tick, choice, colour. */
import { useState, type KeyboardEvent } from "react";
import type { Plain } from "@/document/types";
import { Icon } from "@/icons/Icon";
import { Combobox } from "./Combobox";
import { asText, type WidgetProps } from "./Form";
import { examplesOf, placeholderOf, words, type Shape } from "./schema";
import { set } from "./setting";

/** A text that stands for a value: empty is nothing, and a setting that takes numbers gets them as such. */
function read(text: string, { kind, optional, standard }: Shape): Plain | undefined {
  if (text === "") return optional || standard !== undefined || kind !== "text" ? undefined : "";
  return kind === "any" ? parsed(text) : text;
}

function parsed(text: string): Plain {
  try {
    return JSON.parse(text) as Plain;
  } catch {
    return text;
  }
}

export function TextField(props: WidgetProps) {
  const { id, describedBy, shape, value } = props;
  return (
    <input
      id={id}
      className="input"
      aria-describedby={describedBy}
      value={asText(value)}
      placeholder={placeholderOf(shape)}
      spellCheck={false}
      onChange={(event) => set(props, read(event.target.value, shape))}
    />
  );
}

/** A text that is mostly one of a few. */
export function SuggestedText(props: WidgetProps) {
  const { id, describedBy, shape, value } = props;
  return (
    <Combobox
      id={id}
      describedBy={describedBy}
      value={asText(value)}
      options={examplesOf(shape).map((example) => ({ value: example }))}
      placeholder={placeholderOf(shape)}
      change={(text) => set(props, read(text, shape))}
    />
  );
}

export function TextArea(props: WidgetProps) {
  const { id, describedBy, shape, value } = props;
  return (
    <textarea
      id={id}
      className="input"
      rows={4}
      aria-describedby={describedBy}
      value={asText(value)}
      onChange={(event) => set(props, read(event.target.value, shape))}
    />
  );
}

/** A number with steppers. `%constants%` are kept as they are. */
export function NumberInput(props: WidgetProps) {
  const { id, describedBy, shape, value } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const wrong = typed !== null && numberOf(typed, shape) === undefined && typed !== "";
  const change = (text: string): void => {
    setTyped(text);
    const number = numberOf(text, shape);
    if (text === "") set(props, undefined);
    else if (number !== undefined) set(props, number);
  };
  const step = (by: number): void => {
    const current = Number(value ?? shape.standard ?? 0);
    const next = Math.min(shape.most ?? Infinity, Math.max(shape.least ?? -Infinity, current + by));
    setTyped(null);
    if (Number.isFinite(next)) set(props, next);
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    step(event.key === "ArrowUp" ? 1 : -1);
  };
  return (
    <div className="number">
      <input
        id={id}
        className="input"
        inputMode="decimal"
        aria-describedby={describedBy}
        aria-invalid={wrong}
        value={typed ?? asText(value)}
        placeholder={placeholderOf(shape)}
        onChange={(event) => change(event.target.value)}
        onBlur={() => setTyped(null)}
        onKeyDown={keys}
      />
      <button type="button" tabIndex={-1} aria-label={`More ${shape.title}`} onClick={() => step(1)}>
        <Icon name="chevronUp" size={10} />
      </button>
      <button type="button" tabIndex={-1} aria-label={`Less ${shape.title}`} onClick={() => step(-1)}>
        <Icon name="chevronDown" size={10} />
      </button>
    </div>
  );
}

function numberOf(text: string, { kind, least, most }: Shape): Plain | undefined {
  if (/^%[\w.]+%$/.test(text)) return text;
  const number = text.trim() === "" ? NaN : Number(text);
  const fits = Number.isFinite(number) && number >= (least ?? -Infinity) && number <= (most ?? Infinity);
  return fits && (kind !== "integer" || Number.isInteger(number)) ? number : undefined;
}

export function Checkbox(props: WidgetProps) {
  const { id, describedBy, shape, value } = props;
  return (
    <input
      id={id}
      type="checkbox"
      aria-describedby={describedBy}
      checked={Boolean(value ?? shape.standard)}
      onChange={(event) => set(props, event.target.checked)}
    />
  );
}

/** A choice of few; one that the file has and the tool does not know is kept and shown. */
export function Choice(props: WidgetProps) {
  const { id, describedBy, shape } = props;
  const value = props.value ?? shape.standard;
  const known = value === undefined || value === null || shape.choices.includes(value);
  return (
    <select
      id={id}
      className="input"
      aria-describedby={describedBy}
      aria-invalid={!known}
      value={JSON.stringify(value ?? null)}
      onChange={(event) => set(props, (JSON.parse(event.target.value) as Plain) ?? undefined)}
    >
      {(shape.optional || value === undefined) && (
        <option value="null">{shape.optional ? placeholderOf(shape) || "(automatic)" : "Choose …"}</option>
      )}
      {!known && <option value={JSON.stringify(value)}>{asText(value)} (unknown)</option>}
      {shape.choices
        .filter((choice) => choice !== null)
        .map((choice) => (
          <option key={asText(choice)} value={JSON.stringify(choice)}>
            {named(choice)}
          </option>
        ))}
    </select>
  );
}

/** Names of things (`ResNet50V2`, `V_WString`) stay; lower-case words become a phrase. */
export function named(choice: Plain): string {
  if (typeof choice === "boolean") return choice ? "Yes" : "No";
  const text = asText(choice);
  if (text === "") return "(none)";
  return /^[a-z][a-z_]+$/.test(text) ? words(text) : text;
}

/** A colour by name or #rrggbb, with a sample. */
export function ColourInput(props: WidgetProps) {
  const { id, describedBy, shape, value } = props;
  const text = asText(value ?? shape.standard);
  return (
    <div className="with-button">
      <input
        id={id}
        className="input"
        aria-describedby={describedBy}
        value={asText(value)}
        placeholder={placeholderOf(shape)}
        onChange={(event) => set(props, event.target.value || undefined)}
      />
      <input
        type="color"
        aria-label={`Choose the colour of ${shape.title}`}
        value={/^#[0-9a-f]{6}$/i.test(text) ? text : "#ffffff"}
        onChange={(event) => set(props, event.target.value)}
      />
    </div>
  );
}

/** Several texts, one a line. */
export function TextList(props: WidgetProps) {
  const { id, describedBy, value } = props;
  const lines = Array.isArray(value) ? (value as Plain[]).map(asText) : [];
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <textarea
      id={id}
      className="input"
      rows={Math.min(8, Math.max(2, lines.length + 1))}
      aria-labelledby={`${id}-label`}
      aria-describedby={describedBy}
      placeholder="One a line"
      value={typed ?? lines.join("\n")}
      onChange={(event) => {
        setTyped(event.target.value);
        const texts = event.target.value.split("\n").filter((line) => line.trim() !== "");
        set(props, texts.length > 0 ? texts : undefined);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
