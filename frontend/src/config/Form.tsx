import { createElement, useId, type ComponentType } from "react";
import { isMapping, type Mapping, type Plain } from "@/document/types";
import { Icon } from "@/icons/Icon";
import { useCheck } from "@/state/check";
import type { Path } from "@/document/changes";
import { ItemList } from "./ItemList";
import { marked } from "./marked";
import { matters } from "./matters";
import { idOf, type SettingProps } from "./setting";
import { useTried } from "./tried";
import { widgetOf } from "./widgets";

interface FormProps {
  node: string;
  path: Path;
  settings: SettingProps["shape"]["settings"];
  value: Mapping;
}

/** A form for some settings, one below the other; those of the file's kind show only where they matter. */
export function Form({ node, path, settings, value }: FormProps) {
  const siblings = settings.map(({ name }) => name);
  const fed = useCheck((check) => Object.keys(check.nodes[node]?.inputs ?? {}).length > 0);
  const defaults = Object.fromEntries(settings.map(({ name, shape }) => [name, shape.standard ?? null]));
  return settings
    .filter(({ name, shape }) => matters(name, shape.hints, value, defaults, fed))
    .map(({ name, shape, required }) => (
      <SettingRow
        key={name}
        node={node}
        path={[...path, name]}
        shape={shape}
        value={value[name]}
        required={required}
        siblings={siblings}
      />
    ));
}

function SettingRow(props: SettingProps) {
  const { node, path, shape, value, required = false } = props;
  const id = idOf(node, path);
  const described = useId();
  const Widget: ComponentType<WidgetProps> = widgetOf(shape);
  if (shape.kind === "object") return <Group {...props} />;
  const label = (
    <>
      {shape.title}
      {required && <span className="required" title="required" aria-hidden="true" />}
      {shape.description && <Help text={shape.description} />}
    </>
  );
  const control = createElement(Widget, { ...props, id, describedBy: described });
  const wide = shape.kind === "list" || shape.widget === "grid" || shape.kind === "map";
  return (
    <div className={`setting ${shape.kind === "boolean" ? "inline" : ""}`}>
      {wide ? <h3 id={`${id}-label`}>{label}</h3> : <label htmlFor={id}>{label}</label>}
      <span id={described} className="visually-hidden">
        {shape.description}
      </span>
      {control}
      {Widget !== ItemList && <Problems node={node} path={path} />}
      {shape.kind === "any" && value === undefined && <span className="soft">See the YAML tab.</span>}
    </div>
  );
}

export interface WidgetProps extends SettingProps {
  readonly id: string;
  readonly describedBy: string;
}

/** Settings that belong together, under a heading. */
function Group({ node, path, shape, value }: SettingProps) {
  // What may be left out as a whole asks for nothing until something is filled in.
  const optional = shape.optional && value === undefined;
  const settings = optional ? shape.settings.map((setting) => ({ ...setting, required: false })) : shape.settings;
  return (
    <fieldset className="group">
      <legend>
        {shape.title}
        {shape.description && <Help text={shape.description} />}
      </legend>
      <Form node={node} path={path} settings={settings} value={isMapping(value) ? value : {}} />
      <Problems node={node} path={path} />
    </fieldset>
  );
}

export function Help({ text }: { text: string }) {
  return (
    <span className="help-mark" title={text.replaceAll("\n", " ").replaceAll("`", "")}>
      <Icon name="help" size={12} />
    </span>
  );
}

/** What the check, or a trial, says of this very setting. */
export function Problems({ node, path }: { node: string; path: Path }) {
  const problems = useCheck((check) => check.byNode.get(node));
  const tried = useTried((found) => (found.node === node ? found.problems : null));
  const own = [...(problems ?? []), ...(tried ?? [])].filter(({ setting }) => setting === path.join("."));
  return own.map(({ message, hint, level }) => (
    <p key={message} className={`problem ${level}`}>
      {marked(message)} {marked(hint)}
    </p>
  ));
}

export const asText = (value: Plain | undefined): string =>
  typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
