import type { Cell, FieldProfile } from "@/api/types";
import { bytes, whole } from "../format";
import { numberText } from "../grid/Value";
import { Histogram } from "./Histogram";
import { Pictures } from "./Pictures";
import { Quality, qualityOf, shareOf } from "./Quality";

/** Everything about a field. */
export function Detail({ profile }: { profile: FieldProfile }) {
  const { field, records, numbers, texts, bars, top, pictures } = profile;
  const most = top[0]?.count ?? 0;
  const unique = top.length > 0 && most <= 1;
  return (
    <div className="profile-detail">
      <h3>
        {field.name} <span className="soft">{field.type}</span>
      </h3>
      <Quality profile={profile} />
      <dl className="facts">
        {qualityOf(profile)
          .filter(([key, , count]) => key === "ok" || count > 0)
          .map(([key, label, count]) => (
            <Fact key={key} name={label} dot={key} value={`${whole(count)} (${shareOf(count, records)})`} />
          ))}
      </dl>
      {bars.length > 0 && <Histogram bars={bars} />}
      <dl className="facts">
        <Fact name="Records" value={whole(records)} />
        {typeof profile.distinct === "number" && <Fact name="Different values" value={whole(profile.distinct)} />}
        <Fact name={texts ? "First in order" : "Minimum"} value={shown(profile.least)} />
        <Fact name={texts ? "Last in order" : "Maximum"} value={shown(profile.most)} />
        {numbers && (
          <>
            <Fact name="Mean" value={shown(numbers.mean)} />
            <Fact name="Median" value={shown(numbers.median)} />
            <Fact name="Standard deviation" value={shown(numbers.deviation)} />
            <Fact name="Quartiles" value={`${shown(numbers.quartiles[0])} – ${shown(numbers.quartiles[2])}`} />
            <Fact name="Sum" value={shown(numbers.total)} />
            <Fact name="Zero" value={whole(numbers.zeros)} />
            <Fact name="Negative" value={whole(numbers.negatives)} />
          </>
        )}
        {texts && (
          <>
            <Fact name={`Shortest (${whole(texts.shortest_length)})`} value={shown(texts.shortest)} />
            <Fact name={`Longest (${whole(texts.longest_length)})`} value={shown(texts.longest)} />
            <Fact name="Average length" value={numberText(Math.round(texts.average_length * 100) / 100)} />
          </>
        )}
        {typeof profile.bytes === "number" && <Fact name="Size of all" value={bytes(profile.bytes)} />}
      </dl>
      {pictures && <Pictures profile={pictures} />}
      {top.length > 0 && !unique && (
        <>
          <h4>Most frequent</h4>
          <Frequent items={top.map(({ value, count }) => [shown(value, "[Null]") || "[Empty]", count])} all={records} />
        </>
      )}
      {unique && <p className="soft">Every value comes once.</p>}
    </div>
  );
}

function Fact({ name, value, dot }: { name: string; value: string; dot?: string }) {
  if (value === "") return null;
  return (
    <>
      <dt>
        {dot && <span className={`dot quality-${dot}`} />}
        {name}
      </dt>
      <dd className="ellipsis" title={value}>
        {value}
      </dd>
    </>
  );
}

/** Bars for how often something comes. */
export function Frequent({ items, all }: { items: readonly (readonly [string, number])[]; all: number }) {
  const most = Math.max(1, ...items.map(([, count]) => count));
  return (
    <ul className="frequent">
      {items.map(([name, count]) => (
        <li key={name} title={`${name}: ${whole(count)}`}>
          <span className="frequent-bar" style={{ width: `${(100 * count) / most}%` }} />
          <span className="frequent-name ellipsis">{name}</span>
          <span>
            {whole(count)} <span className="soft">{shareOf(count, all)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

export function shown(value: Cell | undefined, nothing = ""): string {
  if (value === null || value === undefined) return nothing;
  if (typeof value === "number") return numberText(value);
  if (typeof value === "object") return "text" in value ? `${value.text.slice(0, 200)}…` : "";
  return typeof value === "boolean" ? (value ? "True" : "False") : value;
}
