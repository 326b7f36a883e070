import { useState } from "react";
import * as api from "@/api/client";
import type { Looked } from "./tabs";

/** A report in a frame that runs no scripts and knows no origin. */
export function Report({ records }: Looked) {
  const [row, setRow] = useState(0);
  if (!records) return null;
  return (
    <div className="report">
      {records.kept > 1 && (
        <div className="report-rows">
          <button className="button" disabled={row === 0} onClick={() => setRow(row - 1)}>
            Previous
          </button>
          Report {row + 1} of {records.kept}
          <button className="button" disabled={row + 1 >= records.kept} onClick={() => setRow(row + 1)}>
            Next
          </button>
        </div>
      )}
      <iframe title="Report" sandbox="" src={api.reportUrl(records.stream, row)} />
    </div>
  );
}
