import { useMemo } from "react";
import type { FieldShape } from "@/api/types";
import { inputFields, useCheck } from "@/state/check";
import { Combobox } from "./Combobox";
import { asText, type WidgetProps } from "./Form";
import { placeholderOf, type Shape } from "./schema";
import { set } from "./setting";

/** The fields that a setting may name: those of its anchor, or of all inputs. */
export function useFields(node: string, shape?: Shape): readonly FieldShape[] {
  const check = useCheck();
  return useMemo(() => {
    const anchor = typeof shape?.hints.anchor === "string" ? shape.hints.anchor : undefined;
    const ports = anchor ? [anchor] : Object.keys(check.nodes[node]?.inputs ?? {});
    const all = new Map(ports.flatMap((port) => inputFields(check, node, port).map((field) => [field.name, field])));
    return [...all.values()];
  }, [check, node, shape]);
}

/** Of these the ones that have a type and meaning it takes; all where none has. */
export function useFitting(node: string, shape?: Shape): readonly FieldShape[] {
  const all = useFields(node, shape);
  const fitting = all.filter((field) => !shape || fits(field, shape));
  return fitting.length > 0 ? fitting : all;
}

/** Whether nothing more than these fields can be there. */
export function useKnown(node: string, shape?: Shape): boolean {
  return useCheck((check) => {
    const inputs = check.nodes[node]?.inputs ?? {};
    const anchor = shape?.hints.anchor;
    const schemas = typeof anchor === "string" ? [inputs[anchor] ?? null] : Object.values(inputs);
    return schemas.length > 0 && schemas.every((schema) => schema !== null && !schema.open);
  });
}

/** A field of the input. One that is missing is shown as missing, and kept. */
export function FieldPicker(props: WidgetProps) {
  const { id, node, shape, describedBy } = props;
  const all = useFields(node, shape);
  const known = useKnown(node, shape);
  const value = asText(props.value);
  const fitting = useFitting(node, shape);
  const missing = known && value !== "" && !all.some(({ name }) => name.toLowerCase() === value.toLowerCase());
  const setting = props.path.join(".");
  const told = useCheck(({ byNode }) => byNode.get(node)?.some((problem) => problem.setting === setting)); // below
  const isNew = props.siblings?.includes("expression") ?? false; // a formula makes new fields too
  return (
    <>
      <Combobox
        id={id}
        describedBy={describedBy}
        value={value}
        options={fitting.map(({ name, type }) => ({ value: name, note: type }))}
        placeholder={placeholderOf(shape) || "Choose a field"}
        invalid={missing && !isNew}
        change={(text) => set(props, text === "" && !props.required ? undefined : text)}
      />
      {missing &&
        (isNew ? (
          <p className="soft">A new field.</p>
        ) : (
          !told && <p className="problem warning">[{value}] is missing in the input; it is kept.</p>
        ))}
    </>
  );
}

function fits(field: FieldShape, { hints }: Shape): boolean {
  const types = Array.isArray(hints.types) ? (hints.types as string[]) : null;
  return (!types || types.includes(field.type)) && (!hints.meaning || field.meaning === hints.meaning);
}
