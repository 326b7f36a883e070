import { useEffect, useState } from "react";
import * as api from "@/api/client";
import type { Cell, FieldShape } from "@/api/types";
import { Dialog } from "@/window/Dialog";
import { bytes, whole } from "./format";

interface CellViewerProps {
  readonly stream: api.Stream;
  /** The record's own number. */
  readonly record: number;
  readonly field: FieldShape;
  readonly cell: Cell;
  readonly close: () => void;
}

/** A whole value: a picture in its own size, a text from beginning to end, JSON in lines, the bytes of a blob. */
export function CellViewer({ stream, record, field, cell, close }: CellViewerProps) {
  const { text, about, refused } = useWhole(stream, record, field, cell);
  const [plain, setPlain] = useState(false);
  const pretty = prettyOf(text);
  const shown = pretty !== null && !plain ? pretty : text;
  const isImage = typeof cell === "object" && cell !== null && "image" in cell && cell.image;
  return (
    <Dialog title={`${field.name}, record ${whole(record + 1)}`} close={close}>
      {isImage ? (
        <img
          className="whole-image"
          src={api.imageUrl(stream, record, field.name, 0)}
          alt={`${field.name} of record ${record + 1}`}
        />
      ) : (
        <pre className="whole-text" tabIndex={0}>
          {refused || shown}
        </pre>
      )}
      <div className="dialog-foot">
        <span className="soft">{about}</span>
        {pretty !== null && (
          <button className="button" aria-pressed={plain} onClick={() => setPlain(!plain)}>
            As it is
          </button>
        )}
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

/** The value as text, fetched where a cell shows only its beginning. */
function useWhole(stream: api.Stream, record: number, field: FieldShape, cell: Cell) {
  const short = typeof cell !== "object" ? String(cell) : cell === null ? "[Null]" : "text" in cell ? cell.text : "";
  const blob = typeof cell === "object" && cell !== null && "blob" in cell;
  const size = blob ? bytes(cell.blob) : `${whole(short.length)} characters`;
  const [found, setFound] = useState({ text: short, about: `${field.type}, ${size}`, refused: "" });
  useEffect(() => {
    if (typeof cell !== "object" || cell === null) return;
    const failed = (error: unknown): void => setFound((old) => ({ ...old, refused: (error as Error).message }));
    if ("text" in cell) {
      api.value(stream, record, field.name).then(({ text, length }) => {
        const cut = text.length < length ? `; the first ${whole(text.length)} are shown` : "";
        setFound({ text, about: `${field.type}, ${whole(length)} characters${cut}`, refused: "" });
      }, failed);
    } else {
      const about = `${field.type}, ${bytes(cell.blob)}`;
      if (!cell.image)
        api.bytesOf(stream, record, field.name).then((data) => {
          const cut = data.length < cell.blob ? `; the first ${bytes(data.length)} are shown` : "";
          setFound({ text: hexOf(data), about: about + cut, refused: "" });
        }, failed);
    }
  }, [stream, record, field, cell]);
  return found;
}

/** JSON with its lines indented; null for all other text. */
export function prettyOf(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null; // it only looked like it
  }
}

/** Bytes as `00000000  48 65 6c 6c  Hell`. */
export function hexOf(data: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start < data.length; start += 16) {
    const line = [...data.subarray(start, start + 16)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = line.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${start.toString(16).padStart(8, "0")}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines.join("\n");
}
