import { useState } from "react";
import { Icon } from "@/icons/Icon";
import { useWorkflow } from "@/state/workflow";
import { FileBrowser } from "@/window/FileBrowser";
import { asText, type WidgetProps } from "./Form";
import { folderOf, inFolder, relativeTo } from "./paths";
import { set } from "./setting";

/** A file or folder: typed, or looked up in the served folder. */
export function PathInput(props: WidgetProps) {
  const { id, describedBy, shape } = props;
  const [open, setOpen] = useState(false);
  const workflow = useWorkflow(({ path }) => path);
  const value = asText(props.value);
  const change = (text: string): void => set(props, text === "" && !props.required ? undefined : text);
  const start = inFolder(workflow, value) ?? folderOf(workflow);
  const folders = shape.widget === "folder";
  return (
    <div className="with-button">
      <input
        id={id}
        className="input"
        aria-describedby={describedBy}
        spellCheck={false}
        value={value}
        placeholder={asText(shape.standard) || (folders ? "A folder" : "A file")}
        onChange={(event) => change(event.target.value)}
      />
      <button
        type="button"
        className="button icon-button"
        aria-label={`Browse for ${shape.title}`}
        title="Browse"
        onClick={() => setOpen(true)}
      >
        <Icon name="folder" />
      </button>
      {open && (
        <FileBrowser
          title={folders ? "Choose a folder" : shape.widget === "save" ? "Write to" : "Choose a file"}
          start={folders || value === "" ? start : folderOf(start)}
          choose={shape.widget as "file" | "save" | "folder"}
          name={shape.widget === "save" ? (value.split("/").at(-1) ?? "") : ""}
          close={() => setOpen(false)}
          done={(path) => {
            change(relativeTo(workflow, path));
            setOpen(false);
          }}
        />
      )}
    </div>
  );
}
