import type { FieldShape } from "@/api/types";
import { whole } from "./format";
import type { Looked } from "./tabs";

/** The fields at an anchor: known before any run. */
export function Fields({ fields, open }: Looked) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Fields">
      <table className="fields-table">
        <thead>
          <tr>
            <th>#</th>
            <th>Name</th>
            <th>Type</th>
            <th>Size</th>
            <th>Holds</th>
            <th>Source</th>
            <th>Description</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field, index) => (
            <tr key={field.name}>
              <td className="soft">{index + 1}</td>
              <td>{field.name}</td>
              <td>{field.type}</td>
              <td className="number-cell">{sizeOf(field)}</td>
              <td>{field.meaning === "fleeting" ? "what may change by itself" : field.meaning}</td>
              <td>{field.source}</td>
              <td>{field.description}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {open && <p className="soft note">More fields may come to light when the workflow runs.</p>}
    </div>
  );
}

function sizeOf({ size, scale }: FieldShape): string {
  if (size === null) return "";
  return scale === null ? (size >= 1e9 ? "unlimited" : whole(size)) : `${size}.${scale}`;
}
