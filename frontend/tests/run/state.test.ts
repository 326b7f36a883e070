import type { Stamped } from "@/api/types";
import { after, NO_RUN } from "@/run/state";
import fc from "fast-check";
import { expect, test } from "vitest";

const events: Stamped["what"][] = [
  { event: "run_started", run: "r1", workflow: "a.yaml", nodes: { a: "Input", b: "Browse" } },
  { event: "planned", node: "a", reused: false, reason: "epochs 10 → 20" },
  { event: "planned", node: "b", reused: true, reason: "nothing changed" },
  { event: "node_state", node: "a", state: "running", seconds: 0, reason: "" },
  { event: "progress", node: "a", fraction: 0.5, text: "half" },
  { event: "counts", node: "a", anchor: "out", records: 10, bytes: 100 },
  { event: "message", node: "a", level: "error", text: "bad", hint: "mend" },
  { event: "message", node: "a", level: "warning", text: "hm", hint: "" },
  { event: "epoch", node: "a", epoch: 1, epochs: 2, metrics: { loss: 1 } },
  { event: "counts", node: "a", anchor: "out", records: 20, bytes: 200 },
  { event: "file_written", node: "a", path: "x.csv", records: 1000, bytes: 5 },
  { event: "node_state", node: "a", state: "done", seconds: 2, reason: "" },
  { event: "run_finished", outcome: "done", seconds: 3 },
];
const stream: Stamped[] = events.map((what, index) => ({ sequence: index + 1, time: 100 + index, what }));
const whole = stream.reduce(after, NO_RUN);

test("a run as its events tell it", () => {
  expect(whole.outcome).toBe("done");
  expect(whole.nodes.a).toMatchObject({ state: "done", seconds: 2, fraction: 0.5, level: "error" });
  expect(whole.nodes.b?.state).toBe("waiting");
  expect(whole.counts["a.out"]).toEqual({ records: 20, bytes: 200 });
  expect(whole.epochs.a).toHaveLength(1);
  expect(whole.messages.map(({ text }) => text)).toEqual([
    "It runs again: epochs 10 → 20.",
    "bad",
    "hm",
    "x.csv: 1,000 records written",
  ]);
  expect(whole.nodes.b?.why).toBe("nothing changed");
});

test("a tool that was at work when its run was abandoned is at work no more", () => {
  const started = stream.slice(0, 4).reduce(after, NO_RUN);
  const end: Stamped = { sequence: 5, time: 105, what: { event: "run_finished", outcome: "cancelled", seconds: 3 } };
  expect(started.nodes.a?.state).toBe("running");
  expect(after(started, end).nodes.a?.state).toBe("skipped");
});

test("events told again, as after a lost connection, change nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length - 1)), (breaks) => {
      let state = NO_RUN;
      for (const end of [...breaks, stream.length]) {
        // The line broke at `end`; the server tells again from somewhere that was seen already.
        const from = Math.max(0, state.sequence - 3);
        for (const event of stream.slice(from, Math.max(end, state.sequence))) state = after(state, event);
      }
      expect(state).toEqual(whole);
    }),
  );
});
