/** Which control asks for which setting. A new control is a row here. */
import type { ComponentType } from "react";
import { Checkbox, Choice, ColourInput, NumberInput, SuggestedText, TextArea, TextField, TextList } from "./basic";
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
import { examplesOf, type Shape } from "./schema";
import { ChoiceList, FieldList } from "./Ticks";

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
  sql: TextArea,
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
  const asked = BY_WIDGET[shape.widget];
  if (asked) return asked;
  if (shape.kind === "list" && shape.item) return listWidgetOf(shape.item);
  return shape.kind === "text" && examplesOf(shape).length > 0 ? SuggestedText : BY_KIND[shape.kind];
}

function listWidgetOf(item: Shape): Widget {
  if (item.kind === "choice") return ChoiceList;
  if (item.kind !== "text") return ItemList;
  if (item.widget === "field") return item.optional ? ItemList : FieldList; // with gaps, places count
  return item.widget === "" ? TextList : ItemList;
}
