/** Which settings a form asks for. */
import { isList, isMapping, type Mapping, type Plain } from "@/document/types";

/**
 * Some settings matter with others alone: `when` those have certain values, their `defaults` too, `unless` one is made;
 * some only where the tool is `fed` by another, or where it is not. Options of a file format show for files of that kind, some beside another setting too; types stand in their grid.
 */
export function matters(name: string, hints: Mapping, siblings: Mapping, defaults: Mapping, fed: boolean): boolean {
  if (hints.widget === "types") return false;
  const { extensions, beside, unless, when } = hints;
  const isNow = ([other, values]: [string, Plain | undefined]): boolean =>
    isOneOf(siblings[other] ?? defaults[other], values);
  if (isMapping(when) && !Object.entries(when).every(isNow)) return siblings[name] !== undefined;
  if (typeof hints.fed === "boolean" && hints.fed !== fed) return siblings[name] !== undefined;
  if (typeof unless === "string" && siblings[unless] !== undefined) return siblings[name] !== undefined;
  if (!Array.isArray(extensions)) return true;
  const path = typeof siblings.path === "string" ? siblings.path.toLowerCase() : "";
  const besideIt = typeof beside === "string" && siblings[beside] !== undefined;
  return (
    siblings[name] !== undefined ||
    besideIt ||
    siblings.format === name ||
    extensions.some((end) => path.endsWith(String(end)))
  );
}

/** Of a setting with several values, any. */
function isOneOf(value: Plain | undefined, values: Plain | undefined): boolean {
  if (isList(value)) return value.some((item) => isOneOf(item, values));
  return isList(values) && value !== undefined && values.includes(value);
}
