import { isMapping, type Mapping, type Plain } from "@/document/types";
import { Icon } from "@/icons/Icon";
import { asText, type WidgetProps } from "./Form";
import { setAll } from "./setting";

/** Names with a value each. */
export function KeyValues(props: WidgetProps) {
  const value = isMapping(props.value) ? props.value : {};
  const change = (entries: [string, Plain][]): void =>
    setAll(props, "Configure", entries.length > 0 ? Object.fromEntries(entries) : undefined);
  return <Pairs label={props.shape.title} value={value} change={change} />;
}

interface PairsProps {
  label: string;
  value: Mapping;
  change: (entries: [string, Plain][]) => void;
}

export function Pairs({ label, value, change }: PairsProps) {
  const entries = Object.entries(value) as [string, Plain][];
  return (
    <div className="pairs" role="group" aria-label={label}>
      {entries.map(([name, item], index) => (
        <div key={index} className="pair">
          <input
            className="input"
            aria-label={`Name ${index + 1}`}
            defaultValue={name}
            onBlur={(event) => {
              const renamed = event.target.value.trim();
              if (renamed && renamed !== name && !(renamed in value)) change(entries.with(index, [renamed, item]));
              else event.target.value = name;
            }}
          />
          <input
            className="input"
            aria-label={`Value of ${name}`}
            value={asText(item)}
            onChange={(event) => change(entries.with(index, [name, event.target.value]))}
          />
          <button
            type="button"
            className="icon-button"
            aria-label={`Remove ${name}`}
            onClick={() => change(entries.toSpliced(index, 1))}
          >
            <Icon name="trash" />
          </button>
        </div>
      ))}
      <button type="button" className="button add" onClick={() => change([...entries, [free(value), ""]])}>
        <Icon name="add" size={12} /> Add
      </button>
    </div>
  );
}

function free(value: Mapping): string {
  for (let number = 1; ; number++) if (!(`name_${number}` in value)) return `name_${number}`;
}
