import { useState, type KeyboardEvent } from "react";
import type { FieldShape } from "@/api/types";
import { Icon } from "@/icons/Icon";
import { whole } from "../format";
import { ColumnChooser } from "./ColumnChooser";
import { DownloadMenu, type Source } from "./DownloadMenu";
import { Popover } from "./Popover";
import { described, EVERYTHING, filteredBy, isEverything, type Querying } from "./query";

interface ToolbarProps {
  readonly querying: Querying;
  readonly kept: number;
  readonly fields: readonly FieldShape[];
  readonly hidden: ReadonlySet<string>;
  readonly setHidden: (hidden: ReadonlySet<string>) => void;
  readonly source: Source;
  readonly copy: () => void;
  readonly profiled: boolean;
  readonly setProfiled: (profiled: boolean) => void;
}

/** Search, formula and filters at the left; what can be taken away, and the profile, at the right. */
export function Toolbar(props: ToolbarProps) {
  const { querying, kept, fields, hidden, profiled } = props;
  const { looked, asked, refused, ask, cancel } = querying;
  const query = asked ?? looked.query;
  const [formula, setFormula] = useState(false);
  return (
    <div className="grid-tools" role="toolbar" aria-label="Records">
      <Words label="Search all columns" text={query.search} enter={(search) => ask({ ...query, search })} />
      <button className="chip" aria-pressed={formula} onClick={() => setFormula(!formula)}>
        Formula
      </button>
      {formula && (
        <Words
          label="Show records for which this holds, such as [age] > 18"
          text={query.expression}
          enter={(expression) => ask({ ...query, expression })}
        />
      )}
      {query.filters.map((condition) => (
        <span key={condition.field} className="chip grid-filter">
          <span className="ellipsis">{described(condition)}</span>
          <button
            aria-label={`Remove the filter on ${condition.field}`}
            onClick={() => ask(filteredBy(query, condition.field, null))}
          >
            <Icon name="close" size={10} />
          </button>
        </span>
      ))}
      {!isEverything(query) && (
        <button className="chip" onClick={() => ask(EVERYTHING)}>
          Show all
        </button>
      )}
      {asked ? (
        <span className="grid-said" role="status">
          <span className="grid-busy" /> Working …
          <button className="chip" onClick={cancel}>
            Cancel
          </button>
        </span>
      ) : (
        <span className="grid-said ellipsis" role="status" title={refused?.hint}>
          {refused ? (
            <span className="bad-text">
              {refused.message} {refused.hint}
            </span>
          ) : (
            looked.view !== "" && `${whole(looked.shown)} of ${whole(kept)} shown`
          )}
        </span>
      )}
      <Opening label={hidden.size ? `Columns (${fields.length - hidden.size} of ${fields.length})` : "Columns"}>
        {() => <ColumnChooser fields={fields} hidden={hidden} setHidden={props.setHidden} />}
      </Opening>
      <button className="chip" title="Ctrl+C" onClick={props.copy}>
        Copy
      </button>
      <Opening label="Download">{(close) => <DownloadMenu {...props.source} close={close} />}</Opening>
      <button className="chip" aria-pressed={profiled} onClick={() => props.setProfiled(!profiled)}>
        Profile
      </button>
    </div>
  );
}

/** A line of text that takes effect with Enter, and is given up with Escape. */
function Words({ label, text, enter }: { label: string; text: string; enter: (text: string) => void }) {
  const [typed, setTyped] = useState({ text, from: text });
  const shown = typed.from === text ? typed.text : text; // it changed elsewhere: "Show all"
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && shown !== text) enter(shown);
    if (event.key === "Escape") setTyped({ text, from: text });
  };
  return (
    <input
      type="search"
      className="input grid-words"
      aria-label={label}
      placeholder={label}
      value={shown}
      onChange={(event) => {
        setTyped({ text: event.target.value, from: text });
        if (event.target.value === "" && text !== "") enter("");
      }}
      onKeyDown={keys}
    />
  );
}

function Opening({ label, children }: { label: string; children: (close: () => void) => React.ReactNode }) {
  const [at, setAt] = useState<DOMRect | null>(null);
  return (
    <>
      <button
        className="chip"
        aria-haspopup="dialog"
        onClick={(event) => setAt(event.currentTarget.getBoundingClientRect())}
      >
        {label} <Icon name="chevronDown" size={10} />
      </button>
      {at && (
        <Popover label={label} at={at} close={() => setAt(null)}>
          {children(() => setAt(null))}
        </Popover>
      )}
    </>
  );
}
