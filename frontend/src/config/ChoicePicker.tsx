import { useEffect, useState } from "react";
import * as api from "@/api/client";
import type { Choices } from "@/api/types";
import { nodesOf } from "@/document/types";
import { currentDocument, useWorkflow } from "@/state/workflow";
import { Combobox } from "./Combobox";
import { asText, type WidgetProps } from "./Form";
import { set } from "./setting";

const PAUSE = 300; // ms without an edit before the server looks: it may have to open a database

/** A text that the outside knows the choices of: the tables of a database, the sheets of a file. */
export function ChoicePicker(props: WidgetProps) {
  const { id, node, path, shape, describedBy } = props;
  const setting = path.join(".");
  const known = useChoices(node, setting);
  return (
    <>
      <Combobox
        id={id}
        describedBy={describedBy}
        value={asText(props.value)}
        options={known.choices.map((value) => ({ value }))}
        placeholder={asText(shape.standard)}
        none="There is nothing to choose from yet."
        change={(text) => set(props, text === "" && !props.required ? undefined : text)}
      />
      {known.problem && <p className="soft">{known.problem}</p>}
    </>
  );
}

/** What the server finds, asked again when another setting of the node has changed. */
function useChoices(node: string, setting: string): Choices {
  const [known, setKnown] = useState<Choices>({ choices: [], problem: "" });
  const others = useWorkflow(({ history }) => withoutSetting(nodesOf(history.document)[node], setting));
  useEffect(() => {
    const request = new AbortController();
    const timer = window.setTimeout(() => {
      // Without an answer a name can still be typed; the check says whether it is right.
      api
        .choices(useWorkflow.getState().path, currentDocument(), node, setting, request.signal)
        .then(setKnown, () => undefined);
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      request.abort();
    };
  }, [node, setting, others]);
  return known;
}

const withoutSetting = (node: unknown, setting: string): string =>
  JSON.stringify(node, (key, value: unknown) => (key === setting.split(".").at(-1) ? undefined : value));
