/** Which control asks for which setting. A new control is a row here. */
import type { ComponentType } from "react";
import { Checkbox, Choice, ColourInput, NumberInput, TextArea, TextField, TextList } from "./basic";
import { ChoicePicker } from "./ChoicePicker";
import { ConnectionPicker } from "./ConnectionPicker";
import { ExpressionField } from "./ExpressionField";
import { FieldPicker } from "./FieldPicker";
import { FieldTable, isFieldTable } from "./FieldTable";
import type { WidgetProps } from "./Form";
import { Grid } from "./Grid";
import { ItemList } from "./ItemList";
import { KeyValues } from "./KeyValues";
import { PathInput } from "./PathInput";
import type { Shape } from "./schema";

type Widget = ComponentType<WidgetProps>;

const BY_WIDGET: Record<string, Widget> = {
  field: FieldPicker,
  choice: ChoicePicker,
  connection: ConnectionPicker,
  expression: ExpressionField,
  file: PathInput,
  save: PathInput,
  folder: PathInput,
  grid: Grid,
  colour: ColourInput,
  text: TextArea,
};

const BY_KIND: Record<Shape["kind"], Widget> = {
  text: TextField,
  number: NumberInput,
  integer: NumberInput,
  boolean: Checkbox,
  choice: Choice,
  object: TextField, // drawn as a group
  map: KeyValues,
  list: ItemList,
  any: TextField,
};

export function widgetOf(shape: Shape): Widget {
  if (isFieldTable(shape)) return FieldTable;
  const plainTexts = shape.kind === "list" && shape.item?.kind === "text" && shape.item.widget === "";
  return BY_WIDGET[shape.widget] ?? (plainTexts ? TextList : BY_KIND[shape.kind]);
}
