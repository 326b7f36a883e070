import { memo, useEffect, useState } from "react";
import type { Cell } from "@/api/types";

export interface Picture {
  /** Where its thumbnail is fetched; empty where the record has no picture. */
  readonly url: string;
  readonly truth: string;
  readonly predicted: string;
  readonly probability: number | null;
}

/** Whether the prediction is right; null where there is nothing to compare. */
export const rightness = ({ truth, predicted }: Picture): boolean | null =>
  truth && predicted ? truth === predicted : null;

interface Props {
  index: number;
  picture: Picture | undefined;
  captioned: boolean;
  active: boolean;
  top: number;
  left: number;
  size: number;
  choose: (index: number) => void;
  open: (index: number) => void;
}

/** A picture with what is known of it written over it. Scrolling draws only those that come into sight. */
export const Tile = memo(function Tile({ index, picture, captioned, active, top, left, size, choose, open }: Props) {
  const right = picture ? rightness(picture) : null;
  const words = picture ? describe(picture) : "";
  return (
    <div
      id={`picture-${index}`}
      role="option"
      aria-selected={active}
      aria-label={`Record ${index + 1}${words && `: ${words}`}`}
      title={words}
      className={`thumb ${active ? "active" : ""} ${right === null ? "" : right ? "right" : "wrong"}`}
      style={{ top, left, width: size, height: size }}
      onClick={() => choose(index)}
      onDoubleClick={() => open(index)}
    >
      {picture && (picture.url ? <Thumbnail url={picture.url} /> : <p className="thumb-reason">No picture</p>)}
      {picture && captioned && <Caption picture={picture} right={right} />}
    </div>
  );
});

function Caption({ picture, right }: { picture: Picture; right: boolean | null }) {
  const { truth, predicted, probability } = picture;
  if (!truth && !predicted) return null;
  return (
    <div className="thumb-caption">
      {truth && <span className="ellipsis">{truth}</span>}
      {predicted && (
        <span className={`verdict ${right === false ? "wrong" : "right"}`}>
          {right === true ? <span>✓</span> : <span className="ellipsis">{predicted}</span>}
          {probability !== null && <b>{percent(probability)}</b>}
        </span>
      )}
    </div>
  );
}

/** A picture, or the reason why there is none. */
export function Thumbnail({ url, alt = "" }: { url: string; alt?: string }) {
  const [failed, setFailed] = useState("");
  if (failed === url) return <Reason url={url} />;
  return <img src={url} alt={alt} decoding="async" draggable={false} onError={() => setFailed(url)} ref={letGo} />;
}

/** Gone before it has come: do not fetch it. Looked at when React is done, which may only have let go for a moment. */
const letGo = (image: HTMLImageElement | null) => () =>
  queueMicrotask(() => {
    if (image?.isConnected === false && !image.complete) image.removeAttribute("src");
  });

function Reason({ url }: { url: string }) {
  const [reason, setReason] = useState("");
  useEffect(() => {
    const request = new AbortController();
    fetch(url, { signal: request.signal })
      .then((answer) => answer.json())
      .then(({ message }: { message?: string }) => setReason(message ?? "It cannot be shown."))
      .catch(() => setReason("The server does not answer."));
    return () => request.abort();
  }, [url]);
  return <p className="thumb-reason">{reason}</p>;
}

export const percent = (share: number): string => `${(100 * share).toFixed(share > 0.995 && share < 1 ? 1 : 0)} %`;

export function describe({ truth, predicted, probability }: Picture): string {
  const guess = predicted && `taken for ${predicted}${probability === null ? "" : ` (${percent(probability)})`}`;
  return [truth, guess].filter(Boolean).join(", ");
}

/** A value as text; null and blobs have none. */
export const textOf = (cell: Cell | undefined): string =>
  cell === null || cell === undefined
    ? ""
    : typeof cell !== "object"
      ? String(cell)
      : "text" in cell && cell.text
        ? cell.text
        : "";
