import { useEffect, useState } from "react";
import * as api from "@/api/client";
import { Dialog } from "@/window/Dialog";
import { whole } from "./format";
import type { Records } from "./pages";

/** A whole value: a picture in its own size, or a text from beginning to end. */
export function CellViewer({
  records,
  row,
  column,
  close,
}: {
  records: Records;
  row: number;
  column: number;
  close: () => void;
}) {
  const field = records.fields[column];
  const cell = records.row(row)?.[column];
  const long = typeof cell === "object" && cell !== null && "text" in cell;
  const [text, setText] = useState(long ? cell.text : "");
  useEffect(() => {
    if (long && field) void api.value(records.stream, row, field.name).then((value) => setText(value.text));
  }, [long, records.stream, row, field]);
  if (!field) return null;
  const shown = long ? text : typeof cell === "object" && cell !== null ? JSON.stringify(cell) : String(cell ?? "null");
  const isImage = typeof cell === "object" && cell !== null && "image" in cell && cell.image;
  return (
    <Dialog title={`${field.name}, record ${whole(row + 1)}`} close={close}>
      {isImage ? (
        <img
          className="whole-image"
          src={api.imageUrl(records.stream, row, field.name, 0)}
          alt={`${field.name} of record ${row + 1}`}
        />
      ) : (
        <pre className="whole-text">{shown}</pre>
      )}
      <div className="dialog-foot">
        {!isImage && (
          <button className="button" onClick={() => void navigator.clipboard.writeText(shown)}>
            Copy
          </button>
        )}
        <button className="button primary" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
