/** Lists whose entries are ticked. */
import { isList, type Plain } from "@/document/types";
import { named } from "./basic";
import { useFitting, useKnown } from "./FieldPicker";
import { asText, Problems, type WidgetProps } from "./Form";
import { ItemList } from "./ItemList";
import { set } from "./setting";
import { isTicked, toggled } from "./ticked";

interface Option {
  readonly value: string;
  readonly label: string;
  readonly note: string;
}

/** Fields of the input. Where nobody knows yet which there will be, their names are typed. */
export function FieldList(props: WidgetProps) {
  const fields = useFitting(props.node, props.shape.item);
  const known = useKnown(props.node, props.shape.item);
  if (!known) return <ItemList {...props} />;
  return <Ticks {...props} all options={fields.map(({ name, type }) => ({ value: name, label: name, note: type }))} />;
}

/** Some of a few choices. */
export function ChoiceList(props: WidgetProps) {
  const choices = props.shape.item?.choices ?? [];
  const options = choices.map((choice) => ({ value: asText(choice), label: named(choice), note: "" }));
  return <Ticks {...props} options={options} />;
}

interface TicksProps extends WidgetProps {
  options: readonly Option[];
  /** Whether all can be ticked at once. */
  all?: boolean;
}

function Ticks(props: TicksProps) {
  const { id, node, path, shape, required, options, all, describedBy } = props;
  const chosen = textsOf(props.value ?? shape.standard);
  const values = options.map(({ value }) => value);
  const missing = chosen.filter((value) => !isTicked(values, value));
  // With a default that ticks some, none is a value of its own.
  const change = (next: readonly string[]): void =>
    set(props, next.length === 0 && !required && !isList(shape.standard) ? undefined : next);
  const tick = ({ value, label, note }: Option, className = "") => (
    <label key={value} className={`tick ${className}`}>
      <input
        type="checkbox"
        checked={isTicked(chosen, value)}
        onChange={() => change(toggled(chosen, value, values))}
      />
      <span className="ellipsis" title={label}>
        {label}
      </span>
      <span className="soft">{note}</span>
    </label>
  );
  return (
    <div id={id} tabIndex={-1} role="group" aria-labelledby={`${id}-label`} aria-describedby={describedBy}>
      <div className="ticks">
        {all && (
          <label className="tick all">
            <input
              type="checkbox"
              ref={(box) => {
                if (box) box.indeterminate = chosen.length > 0 && chosen.length < values.length;
              }}
              checked={values.every((value) => isTicked(chosen, value))}
              onChange={({ target }) => change(target.checked ? [...missing, ...values] : [])}
            />
            <span>All</span>
            <span className="soft">
              {chosen.length} of {values.length}
            </span>
          </label>
        )}
        {options.map((option) => tick(option))}
        {missing.map((value) => tick({ value, label: value, note: "missing in the input" }, "missing"))}
      </div>
      {chosen.length === 0 && typeof shape.hints.none === "string" && (
        <p className="soft">None is ticked: {shape.hints.none}.</p>
      )}
      {chosen.map((value, index) => (
        <Problems key={value} node={node} path={[...path, index]} />
      ))}
    </div>
  );
}

const textsOf = (value: Plain | undefined): readonly string[] => (isList(value) ? value.map(asText) : []);
