import * as api from "@/api/client";
import type { Cell, FieldShape } from "@/api/types";
import { bytes, whole } from "../format";
import { NUMBERS } from "./columns";

interface ValueProps {
  readonly stream: api.Stream;
  /** The record's own number. */
  readonly record: number;
  readonly field: FieldShape;
  readonly cell: Cell;
}

/** A value in its cell. Null and empty are told apart; spaces at an end and line breaks are made visible. */
export function Value({ stream, record, field, cell }: ValueProps) {
  if (cell === null) return "[Null]";
  if (cell === "") return "[Empty]";
  if (typeof cell === "string") return NUMBERS.includes(field.type) ? grouped(cell) : <Text text={cell} />;
  if (typeof cell === "number") return numberText(cell);
  if (typeof cell === "boolean") return cell ? "True" : "False";
  if ("text" in cell) return <Text text={`${cell.text.slice(0, 300)}…`} />;
  if (!cell.image) return bytes(cell.blob);
  const source = api.imageUrl(stream, record, field.name, 96);
  return <img src={source} alt={`Record ${whole(record + 1)}`} loading="lazy" decoding="async" />;
}

export function cellClass(field: FieldShape, cell: Cell | undefined): string {
  if (cell === undefined) return "grid-cell waiting";
  const blank = cell === null || cell === "";
  const spaces = typeof cell === "string" && isUntidy(cell);
  const number = NUMBERS.includes(field.type);
  const blob = typeof cell === "object" && cell !== null && "blob" in cell && !cell.image;
  return `grid-cell${blank ? " null" : ""}${spaces ? " untidy" : ""}${number ? " number-cell" : ""}${blob ? " soft" : ""}`;
}

/** As the profile counts them: spaces at an end, or a line break inside. */
const isUntidy = (text: string): boolean => /^\s|\s$|\n/.test(text);

function Text({ text }: { text: string }) {
  if (!isUntidy(text)) return text;
  const [, before = "", inside = "", after = ""] = /^(\s*)([^]*?)(\s*)$/.exec(text) ?? [];
  return (
    <>
      <Spaces text={before} />
      {inside.split("\n").map((line, index) => (
        <span key={index}>
          {index > 0 && <Spaces text={"\n"} />}
          {line}
        </span>
      ))}
      <Spaces text={after} />
    </>
  );
}

function Spaces({ text }: { text: string }) {
  return text && <span className="spaces">{text.replace(/\n/g, "↵").replace(/\t/g, "→").replace(/\s/g, "·")}</span>;
}

export function numberText(value: number): string {
  if (Number.isInteger(value)) return whole(value);
  const small = value !== 0 && Math.abs(value) < 1e-4;
  return small ? String(value) : value.toLocaleString("en", { maximumFractionDigits: 6 });
}

/** The digits before the point in groups of three; a number that JavaScript cannot hold stays text. */
const grouped = (text: string): string => {
  const [digits = "", ...rest] = text.split(".");
  return /^-?\d+$/.test(digits) ? [digits.replace(/\B(?=(\d{3})+$)/g, ","), ...rest].join(".") : text;
};
