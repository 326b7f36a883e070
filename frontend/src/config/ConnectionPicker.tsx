import { useEffect, useState } from "react";
import * as api from "@/api/client";
import type { Connections } from "@/api/types";
import { Combobox } from "./Combobox";
import { asText, type WidgetProps } from "./Form";
import { set } from "./setting";

/** A database by the name of its connection. What it leads to stands on the server's machine and never comes here. */
export function ConnectionPicker(props: WidgetProps) {
  const { id, shape, describedBy } = props;
  const [known, setKnown] = useState<Connections | null>(null);
  useEffect(() => {
    let gone = false;
    // Without an answer the name can still be typed; the check says whether it is right.
    api.connections().then(
      (answer) => gone || setKnown(answer),
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, []);
  return (
    <>
      <Combobox
        id={id}
        describedBy={describedBy}
        value={asText(props.value)}
        options={(known?.connections ?? []).map(({ name, kind }) => ({ value: name, note: kind }))}
        placeholder={asText(shape.standard) || "A database"}
        none={`There is no connection yet. Write \`name: postgresql://user:password@host/database\` into ${known?.file ?? "the file of connections"}.`}
        change={(text) => set(props, text === "" && !props.required ? undefined : text)}
      />
      {known?.problem && <p className="problem warning">{known.problem}</p>}
    </>
  );
}
