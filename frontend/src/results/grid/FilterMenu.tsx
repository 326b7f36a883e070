import { useState, type SubmitEvent } from "react";
import type { Condition, FieldShape, ViewQuery } from "@/api/types";
import { NUMBERS, TEXTS } from "./columns";
import { filteredBy, needsValue, TESTS } from "./query";

type Test = Condition["test"];

const OF_TEXT: Test[] = [
  "contains",
  "lacks",
  "equals",
  "differs",
  "starts",
  "ends",
  "empty",
  "filled",
  "null",
  "not_null",
];
const OF_ORDER: Test[] = ["equals", "differs", "less", "at_most", "greater", "at_least", "between", "null", "not_null"];
const OF_TRUTH: Test[] = ["equals", "null", "not_null"];
const OF_BLOB: Test[] = ["null", "not_null"];

interface FilterMenuProps {
  readonly field: FieldShape;
  readonly query: ViewQuery;
  readonly ask: (query: ViewQuery) => void;
  readonly hide: () => void;
  readonly close: () => void;
}

/** What can be done with a column: sort, filter by its type, hide. */
export function FilterMenu({ field, query, ask, hide, close }: FilterMenuProps) {
  const tests = testsOf(field);
  const old = query.filters.find((known) => known.field === field.name);
  const fresh: Condition = { field: field.name, test: tests[0] ?? "null", value: truth(field) ? "true" : "", to: "" };
  const [condition, setCondition] = useState<Condition>(old ?? fresh);
  const done = (changed: ViewQuery): void => {
    ask(changed);
    close();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    done(filteredBy(query, field.name, condition));
  };
  const sort = (descending: boolean): void =>
    done({ ...query, sort: [{ field: field.name, descending, expression: "" }] });
  return (
    <form className="filter-menu" onSubmit={submit}>
      {tests !== OF_BLOB && (
        <div className="row">
          <button type="button" className="button" onClick={() => sort(false)}>
            Sort ascending
          </button>
          <button type="button" className="button" onClick={() => sort(true)}>
            Sort descending
          </button>
        </div>
      )}
      <div className="row">
        <select
          className="input"
          aria-label={`Condition on ${field.name}`}
          value={condition.test}
          onChange={(event) => setCondition({ ...condition, test: event.target.value as Test })}
        >
          {tests.map((test) => (
            <option key={test} value={test}>
              {TESTS[test]}
            </option>
          ))}
        </select>
      </div>
      {needsValue(condition.test) && (
        <div className="row">
          {truth(field) ? (
            <select
              className="input"
              aria-label="Value"
              value={condition.value}
              onChange={(event) => setCondition({ ...condition, value: event.target.value })}
            >
              <option value="true">True</option>
              <option value="false">False</option>
            </select>
          ) : (
            <ValueInput
              field={field}
              label="Value"
              value={condition.value}
              set={(value) => setCondition({ ...condition, value })}
            />
          )}
          {condition.test === "between" && (
            <ValueInput
              field={field}
              label="To"
              value={condition.to}
              set={(to) => setCondition({ ...condition, to })}
            />
          )}
        </div>
      )}
      <div className="row end">
        <button type="button" className="button" onClick={() => (hide(), close())}>
          Hide column
        </button>
        {old && (
          <button type="button" className="button" onClick={() => done(filteredBy(query, field.name, null))}>
            Clear filter
          </button>
        )}
        <button className="button primary">Filter</button>
      </div>
    </form>
  );
}

const EXAMPLES: Record<string, string> = { Date: "2024-12-31", Time: "23:59:00", DateTime: "2024-12-31 23:59:00" };

function ValueInput(props: { field: FieldShape; label: string; value: string; set: (value: string) => void }) {
  return (
    <input
      data-first={props.label === "Value" ? "" : undefined}
      className="input"
      aria-label={props.label}
      placeholder={EXAMPLES[props.field.type] ?? ""}
      inputMode={NUMBERS.includes(props.field.type) ? "decimal" : "text"}
      value={props.value}
      onChange={(event) => props.set(event.target.value)}
    />
  );
}

const truth = ({ type }: FieldShape): boolean => type === "Bool";

function testsOf(field: FieldShape): Test[] {
  if (TEXTS.includes(field.type)) return OF_TEXT;
  if (truth(field)) return OF_TRUTH;
  return field.type === "Blob" || field.type === "SpatialObj" ? OF_BLOB : OF_ORDER;
}
