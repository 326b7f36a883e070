import { createElement, useState, type DragEvent } from "react";
import { isMapping, type Mapping, type Plain } from "@/document/types";
import { Icon } from "@/icons/Icon";
import { Form, Problems, asText, type WidgetProps } from "./Form";
import { useFitting } from "./FieldPicker";
import { kindOf, newItem, words, type Setting, type Shape } from "./schema";
import { idOf, setAll } from "./setting";
import { StepPreview } from "./StepPreview";
import { widgetOf } from "./widgets";

/** A list: steps, formulas, keys. Items are dragged by their grip, or moved with Alt and an arrow. */
export function ItemList(props: WidgetProps) {
  const { node, path, shape, value } = props;
  const items: readonly Plain[] = Array.isArray(value) ? (value as Plain[]) : [];
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const change = (label: string, next: readonly Plain[]): void =>
    setAll(props, label, next.length > 0 || props.required ? next : undefined);
  const move = (from: number, to: number): void => {
    const item = items[from];
    if (item === undefined || to < 0 || to >= items.length || from === to) return;
    change("Reorder", items.toSpliced(from, 1).toSpliced(to, 0, item));
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    if (dragged !== null && over !== null) move(dragged, over);
    setDragged(null);
    setOver(null);
  };
  const steps = shape.kinds.some(({ constant }) => constant?.[0] === "step");
  const add = <Add node={node} shape={shape} add={(item) => change("Add", [...items, item])} />;
  return (
    <div className="items" onDragOver={(event) => dragged !== null && event.preventDefault()} onDrop={drop}>
      {steps && add /* where Alteryx has it; the preview stands below the list */}
      {items.map((item, index) => (
        <div
          key={index}
          className={`item ${dragged === index ? "dragged" : ""} ${over === index && dragged !== null ? "over" : ""}`}
          onDragEnter={() => setOver(index)}
        >
          <button
            type="button"
            className="grip"
            draggable
            aria-label={`Move item ${index + 1}: Alt and an arrow`}
            title="Drag, or press Alt with an arrow, to reorder"
            onDragStart={() => setDragged(index)}
            onDragEnd={() => setDragged(null)}
            onKeyDown={({ altKey, key, currentTarget }) => {
              const to = altKey && key === "ArrowUp" ? index - 1 : altKey && key === "ArrowDown" ? index + 1 : index;
              move(index, to);
              const grips = currentTarget.closest(".items")?.querySelectorAll<HTMLElement>(":scope > .item > .grip");
              if (to !== index) grips?.[to]?.focus(); // which moves with the item
            }}
          >
            <Icon name="grip" />
          </button>
          <Item {...props} path={[...path, index]} value={item} list={shape} />
          <button
            type="button"
            className="icon-button"
            aria-label={`Remove item ${index + 1}`}
            title="Remove"
            onClick={() => change("Remove", items.toSpliced(index, 1))}
          >
            <Icon name="trash" />
          </button>
        </div>
      ))}
      {!steps && add}
      <Problems node={node} path={path} />
      {steps && <StepPreview node={node} />}
    </div>
  );
}

function Item(props: WidgetProps & { list: Shape }) {
  const { node, path, value, list } = props;
  const shape = value === undefined ? undefined : kindOf(list, value);
  if (!shape) return <code className="ellipsis">{asText(value)} is of no known kind; see the YAML tab.</code>;
  if (shape.kind === "object") {
    return (
      <div className="item-form">
        {shape.constant && <h4 title={shape.description}>{words(asText(shape.constant[1]))}</h4>}
        <Form node={node} path={path} settings={shape.settings} value={isMapping(value) ? value : {}} />
        <Problems node={node} path={path} />
      </div>
    );
  }
  const plain = { ...props, id: idOf(node, path), shape: { ...shape, standard: undefined }, required: true };
  return (
    <div className="item-form">
      {createElement(widgetOf(shape), plain)}
      <Problems node={node} path={path} />
    </div>
  );
}

/** A button for a new item; a choice where there are several kinds, or where each item is about a field. */
function Add({ node, shape, add }: { node: string; shape: Shape; add: (item: Plain) => void }) {
  const { kinds, item } = shape;
  const about = item?.settings.find(({ name }) => name === "field" && !item.settings.some(isExpression));
  const fields = useFitting(node, about?.shape);
  if (kinds.length > 0) {
    const options = kinds.map((kind) => [words(asText(kind.constant?.[1])), newItem(kind), kind.description] as const);
    return <AddOne what="step" options={options} add={add} />;
  }
  if (item && about && fields.length > 0) {
    const rest = newItem({ ...item, settings: item.settings.filter((setting) => setting !== about) }) as Mapping;
    const options = fields.map(({ name, type }) => [name, { field: name, ...rest }, type] as const);
    return <AddOne what="field" options={about.required ? options : [...options, ["(none)", rest, ""]]} add={add} />;
  }
  return (
    <button
      type="button"
      className="button primary add"
      onClick={({ currentTarget }) => {
        if (item) add(newItem(item));
        requestAnimationFrame(() => focusLast(currentTarget.parentElement)); // it is drawn by then
      }}
    >
      <Icon name="add" size={12} /> Add
    </button>
  );
}

function focusLast(list: Element | null): void {
  const fields = list?.querySelectorAll<HTMLElement>(
    ":scope > .item:last-of-type .item-form :is(input, select, textarea)",
  );
  fields?.[0]?.focus();
}

/** What computes a field makes a new one as a rule. */
const isExpression = ({ name }: Setting): boolean => name === "expression";

interface AddOneProps {
  what: string;
  /** Names with what is added, and what is said of it. */
  options: readonly (readonly [string, Plain, string])[];
  add: (item: Plain) => void;
}

function AddOne({ what, options, add }: AddOneProps) {
  return (
    <select
      className="button primary add"
      aria-label={`Add a ${what}`}
      value=""
      onChange={({ target }) => {
        const chosen = options[Number(target.value)];
        if (chosen) add(chosen[1]);
      }}
    >
      <option value="">+ Add {what}</option>
      {options.map(([label, , help], index) => (
        <option key={index} value={index} title={help}>
          {label}
        </option>
      ))}
    </select>
  );
}
