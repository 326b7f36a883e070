import { useState } from "react";
import * as api from "@/api/client";
import type { End } from "@/document/wires";
import { showPictures } from "./gallery/show";
import type { Wanted } from "./gallery/store";
import type { Records } from "./pages";

interface Props {
  records: Records;
  /** The anchor of the pictures that the report counts; null where there are none. */
  pictures: End | null;
}

/** A report in a frame that runs no scripts. What counts pictures in it opens them. */
export function Report({ records, pictures }: Props) {
  const [row, setRow] = useState(0);
  const url = api.reportUrl(records.stream, row);
  return (
    <div className="report">
      <div className="report-bar">
        {records.kept > 1 && (
          <>
            <button className="button" disabled={row === 0} onClick={() => setRow(row - 1)}>
              Previous
            </button>
            Report {row + 1} of {records.kept}
            <button className="button" disabled={row + 1 >= records.kept} onClick={() => setRow(row + 1)}>
              Next
            </button>
          </>
        )}
        <span className="soft report-note">{pictures && "A cell of the matrix opens its pictures."}</span>
        <a className="button" href={url} target="_blank" rel="noreferrer">
          Open in a tab
        </a>
        <a className="button" href={url} download={`${records.stream.node}.html`}>
          Save
        </a>
      </div>
      <iframe
        title="Report"
        // The report's own origin, so that its cells can be listened to from here; still no scripts in it.
        sandbox="allow-same-origin"
        src={url}
        onLoad={({ currentTarget: { contentDocument } }) =>
          contentDocument && pictures && listen(contentDocument, pictures)
        }
      />
    </div>
  );
}

/** Let what carries `data-where`, the values of what it counts, open those pictures. */
function listen(report: Document, pictures: End): void {
  const style = report.createElement("style");
  style.textContent =
    "[data-where]{cursor:pointer}[data-where]:is(:hover,:focus){outline:2px solid var(--accent);outline-offset:-2px}";
  report.head.append(style);
  for (const cell of report.querySelectorAll<HTMLElement>("[data-where]")) {
    const open = (): void =>
      showPictures(pictures, JSON.parse(cell.dataset.where ?? "{}") as Readonly<Record<string, Wanted>>);
    cell.tabIndex = 0;
    cell.title = "Show these pictures";
    cell.addEventListener("click", open);
    cell.addEventListener("keydown", ({ key }) => key === "Enter" && open());
  }
}
