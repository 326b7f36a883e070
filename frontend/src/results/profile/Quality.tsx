import type { FieldProfile } from "@/api/types";
import { whole } from "../format";

export const shareOf = (count: number, all: number): string => {
  const share = all > 0 ? (100 * count) / all : 0;
  return count > 0 && share < 0.1 ? "< 0.1 %" : `${share.toFixed(share < 10 && share > 0 ? 1 : 0)} %`;
};

/** How many values are fine, not OK, empty and null. */
export function qualityOf({ records, nulls, empty, not_ok: bad }: FieldProfile): [string, string, number][] {
  const parts: [string, string, number][] = [
    ["ok", "OK", records - nulls - empty - bad],
    ["not-ok", "Not OK", bad],
    ["empty", "Empty", empty],
    ["null", "Null", nulls],
  ];
  return parts;
}

/** The bar of quality, as Alteryx draws it. */
export function Quality({ profile }: { profile: FieldProfile }) {
  const parts = qualityOf(profile).filter(([, , count]) => count > 0);
  const words = parts.map(([, label, count]) => `${label} ${whole(count)} (${shareOf(count, profile.records)})`);
  return (
    <span className="quality" role="img" aria-label={words.join(", ")} title={words.join("\n")}>
      {parts.map(([key, , count]) => (
        <span key={key} className={`quality-${key}`} style={{ flexGrow: count }} />
      ))}
    </span>
  );
}
