import { useEffect, useState } from "react";
import * as api from "@/api/client";
import type { Combinations } from "@/api/types";
import type { End } from "@/document/wires";
import { useKept } from "@/state/view";
import { whole } from "../format";
import type { Records } from "../pages";
import { imageFields, labelFields, type Chosen, type Roles } from "./roles";
import { choose, useChoice, type Order, type Wanted } from "./store";

const ORDERS: Record<Order, string> = {
  given: "as they come",
  surest: "surest first",
  unsure: "least sure first",
  worst: "greatest loss first",
};
const ZOOM = { min: 48, max: 384, step: 8 };
const MOST_VALUES = 200; // of a list to choose from

interface Props {
  end: End;
  records: Records;
  /** How many the choice leaves; null while that is being worked out. */
  shown: number | null;
  roles: Roles;
}

/** Which pictures, in which order, how large. */
export function Toolbar({ end, records, shown, roles }: Props) {
  const { fields, where, wrongOnly, order } = useChoice(end);
  const take =
    (role: keyof Chosen) =>
    (name: string): void =>
      choose(end, { fields: { ...fields, [role]: name }, where: {}, wrongOnly: false });
  const images = imageFields(records.fields);
  const wanted = (field: string, value: Wanted): void => choose(end, { where: { ...where, [field]: value } });
  const size = useKept(({ tile }) => tile);
  const truths = useValues(records, roles.truth);
  const predictions = useValues(records, roles.predicted);
  const compared = roles.truth !== "" && roles.predicted !== "";
  const orders = (Object.keys(ORDERS) as Order[]).filter(
    (one) => one === "given" || (one === "worst" ? compared : roles.probability),
  );
  return (
    <div className="gallery-bar">
      {images.length > 1 && (
        <Choice label="Picture" value={roles.image} options={named(images)} change={take("image")} />
      )}
      <Choice
        label="Label"
        value={roles.truth}
        options={named(["", ...labelFields(records.fields, roles.predicted)])}
        change={take("truth")}
      />
      {roles.truth && (
        <Values label="is" values={truths} value={where[roles.truth]} change={(value) => wanted(roles.truth, value)} />
      )}
      <Choice
        label="Prediction"
        value={roles.predicted}
        options={named(["", ...labelFields(records.fields, roles.truth)])}
        change={take("predicted")}
      />
      {roles.predicted && (
        <Values
          label="is"
          values={predictions}
          value={where[roles.predicted]}
          change={(value) => wanted(roles.predicted, value)}
        />
      )}
      {Object.entries(where).map(
        ([field, value]) =>
          value !== undefined &&
          field !== roles.truth &&
          field !== roles.predicted && (
            <button key={field} className="chip" onClick={() => wanted(field, undefined)} title="Show any">
              {field} is {String(value)} ✕
            </button>
          ),
      )}
      {compared && (
        <label className="gallery-check">
          <input
            type="checkbox"
            checked={wrongOnly}
            onChange={(event) => choose(end, { wrongOnly: event.target.checked })}
          />
          wrong only
        </label>
      )}
      {orders.length > 1 && (
        <Choice
          label="Order"
          value={order}
          options={orders.map((one) => [one, ORDERS[one]])}
          change={(one) => choose(end, { order: one as Order })}
        />
      )}
      <span className="soft gallery-count" role="status">
        {shown === null ? "Looking …" : amount(shown, records)}
      </span>
      <label className="gallery-zoom">
        <span className="soft">Size</span>
        <input
          type="range"
          {...ZOOM}
          value={size}
          onChange={(event) => useKept.setState({ tile: Number(event.target.value) })}
        />
      </label>
    </div>
  );
}

function amount(shown: number, { kept, total }: Records): string {
  const known = kept < total ? `first ${whole(kept)} of ${whole(total)}` : whole(kept);
  const said = shown < kept ? `${whole(shown)} of ${kept < total ? `the ${known}` : known}` : known;
  return `${said} ${total === 1 ? "picture" : "pictures"}`;
}

const named = (fields: readonly string[]): [string, string][] => fields.map((name) => [name, name || "none"]);

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  change: (value: string) => void;
  /** The options come later: what stands beside it does not move then. */
  isLate?: boolean;
}

function Choice({ label, value, options, change, isLate = false }: ChoiceProps) {
  return (
    <label className={`gallery-choice ${isLate ? "late" : ""}`}>
      <span className="soft">{label}</span>
      <select className="input" value={value} onChange={(event) => change(event.target.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

interface ValuesProps {
  label: string;
  values: readonly (readonly [Wanted, number])[];
  value: Wanted;
  change: (value: Wanted) => void;
}

/** A value out of those that occur, or any. */
function Values({ label, values, value, change }: ValuesProps) {
  const place = values.findIndex(([one]) => one === value);
  const options = values.map(([one, count], index) => [String(index), `${one ?? "null"} (${whole(count)})`] as const);
  return (
    <Choice
      label={label}
      value={value === undefined ? "" : String(place)}
      options={[["", "any"], ...options]}
      isLate
      change={(key) => change(key === "" ? undefined : values[Number(key)]?.[0])}
    />
  );
}

/** The values of a field with how often each occurs; none where there are too many to choose from. */
function useValues({ stream }: Records, field: string): readonly (readonly [Wanted, number])[] {
  const [found, setFound] = useState<Combinations | null>(null);
  useEffect(() => {
    const request = new AbortController();
    if (field) api.counts(stream, [field], "", request.signal).then(setFound, () => undefined); // too many: nothing to choose
    return () => request.abort();
  }, [stream, field]);
  if (found?.fields[0] !== field || found.values.length > MOST_VALUES) return [];
  return found.values.map(([value], index) => [value as Wanted, found.counts[index] ?? 0] as const);
}
