import { useState } from "react";
import * as api from "@/api/client";
import type { FieldProfile, FieldShape } from "@/api/types";
import { whole } from "../format";
import { Detail } from "./Detail";
import { Quality } from "./Quality";
import { useProfiles } from "./useProfiles";

interface ProfileProps {
  readonly stream: api.Stream;
  readonly fields: readonly FieldShape[];
  /** The field of the selected cell. */
  readonly chosen: string;
  /** Only the first records were kept. */
  readonly partial: boolean;
}

/** Beside the grid: all fields with their quality, or everything about the one whose cell is selected. */
export function Profile({ stream, fields, chosen, partial }: ProfileProps) {
  const [all, setAll] = useState(true);
  const [picked, setPicked] = useState(chosen);
  const [followed, setFollowed] = useState(chosen);
  if (chosen !== followed) {
    setFollowed(chosen); // another cell was selected
    setPicked(chosen);
    setAll(false);
  }
  const profiles = useProfiles(stream, fields, picked);
  const found = profiles.get(picked);
  return (
    <aside className="profile" aria-label="Profile" tabIndex={0}>
      <div className="profile-head">
        <button className="chip" aria-pressed={all} onClick={() => setAll(true)}>
          All fields
        </button>
        <button className="chip ellipsis" aria-pressed={!all} onClick={() => setAll(false)}>
          {picked}
        </button>
      </div>
      {partial && <p className="soft">Of the records that were kept. A Browse keeps all.</p>}
      {all ? (
        <ul className="profile-list">
          {fields.map(({ name, type }) => {
            const of = profiles.get(name);
            return (
              <li key={name}>
                <button
                  onClick={() => {
                    setPicked(name);
                    setAll(false);
                  }}
                >
                  <span className="profile-name">
                    <b className="ellipsis">{name}</b> <span className="soft">{type}</span>
                  </span>
                  <Overview found={of} />
                </button>
              </li>
            );
          })}
        </ul>
      ) : (
        <Chosen found={found} />
      )}
    </aside>
  );
}

type Found = FieldProfile | api.Refused | undefined;

function Overview({ found }: { found: Found }) {
  if (!found) return <span className="profile-waiting" />;
  if (found instanceof api.Refused) return <span className="bad-text">{found.message}</span>;
  const distinct = found.distinct ?? null;
  return (
    <>
      <Quality profile={found} />
      <span className="soft">{distinct === null ? "" : `${whole(distinct)} different`}</span>
    </>
  );
}

function Chosen({ found }: { found: Found }) {
  if (!found)
    return (
      <p className="soft" role="status">
        <span className="grid-busy" /> Looking at all records …
      </p>
    );
  if (found instanceof api.Refused)
    return (
      <p className="bad-text">
        {found.message} {found.hint}
      </p>
    );
  return <Detail profile={found} />;
}
