import { useEffect, useState } from "react";
import * as api from "@/api/client";
import type { Glance, Trial } from "@/api/types";
import { nodesOf, settingsOf, type Mapping } from "@/document/types";
import { useRun } from "@/run/store";
import { useWorkflow } from "@/state/workflow";
import { NOTHING, useTried } from "./tried";
import { useAnswer } from "./useAnswer";

/** A picture before and after the steps, as they stand now: the server tries them on the first records. */
export function StepPreview({ node }: { node: string }) {
  const [row, setRow] = useState(0);
  const trial = useTrial(node, row);
  const settings = useWorkflow(({ history }) => nodesOf(history.document)[node]);
  useEffect(() => {
    useTried.setState({ node, problems: trial?.problems ?? NOTHING });
    return () => useTried.setState({ problems: NOTHING });
  }, [node, trial]);
  if (!trial || !settings) return <div className="step-preview" aria-busy="true" />;
  if (trial.missing) return <p className="soft">{trial.missing}</p>;
  const [before, after] = sides(trial, settingsOf(settings));
  return (
    <figure className="step-preview">
      <Side title="Before" glance={before} />
      <span aria-hidden="true">→</span>
      <Side title="After" glance={after} />
      {trial.problems
        .filter(({ setting }) => !setting)
        .map(({ message, hint }) => (
          <p key={message} className="problem error">
            {message} {hint}
          </p>
        ))}
      {trial.records > 1 && (
        <button type="button" className="button" onClick={() => setRow((row + 1) % trial.records)}>
          Another picture
        </button>
      )}
    </figure>
  );
}

function Side({ title, glance }: { title: string; glance: Glance | undefined }) {
  return (
    <div className="step-side">
      <div className="step-picture">
        {glance ? <img src={glance.picture} alt={`${title} the steps`} /> : <span className="soft">none</span>}
      </div>
      <span className="soft">
        {title} {glance && `${glance.width} × ${glance.height}`}
      </span>
    </div>
  );
}

/** The picture that the tool made, and the one that it was made from: what a setting names, or the field's own. */
function sides({ before, after }: Trial, settings: Mapping): [Glance | undefined, Glance | undefined] {
  const was = (field: string) => before.find((glance) => glance.field === field);
  const made = after.find(({ field, picture }) => was(field)?.picture !== picture) ?? after[0];
  const named = before.find(({ field }) => Object.values(settings).includes(field));
  return [(made && was(made.field)) ?? named ?? before[0], made];
}

function useTrial(node: string, row: number): Trial | null {
  const nodes = useWorkflow(({ history }) => history.document.nodes);
  const connections = useWorkflow(({ history }) => history.document.connections);
  const run = useRun(({ run: id, outcome }) => `${id} ${outcome}`);
  return useAnswer(
    (signal) => {
      const { path, history } = useWorkflow.getState();
      return api.tryTool({ path, document: history.document, node, row }, signal);
    },
    [node, row, nodes, connections, run],
  );
}
