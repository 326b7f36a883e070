/** The server's shapes by name; generated from its OpenAPI by `npm run types`. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Description = Schemas["Description"];
export type Choices = Schemas["Choices"];
export type Connections = Schemas["Connections"];
export type Problem = Schemas["Problem"];
export type FieldShape = Schemas["FieldShape"];
export type Schema = Schemas["Schema"];
export type CheckAnswer = Schemas["CheckAnswer"];
export type Opened = Schemas["Opened"];
export type Imported = Schemas["Imported"];
export type Template = Schemas["Template"];
export type Unnamed = Schemas["Unnamed"];
export type Taken = Schemas["Taken"];
export type Saved = Schemas["Saved"];
export type Recovered = Schemas["Recovered"];
export type Listing = Schemas["Listing"];
export type Entry = Schemas["Entry"];
export type RunSummary = Schemas["Summary"];
export type Combinations = Schemas["Combinations"];
export type Comparison = Schemas["Comparison"];
export type Stamped = Schemas["Stamped"];
export type Page = Schemas["Page"];
export type Cell = Page["rows"][number][number];
export type LongText = Schemas["LongText"];
export type Outcome = Schemas["RunFinished"]["outcome"];
export type NodeRunState = Schemas["NodeState"]["state"];
export type Level = Schemas["Message"]["level"];

export type Functions = Schemas["Functions"];
export type Preview = Schemas["Preview"];
export type PreviewRequest = Schemas["PreviewRequest"];
export type Trial = Required<Schemas["Trial"]>;
export type TrialRequest = Schemas["TrialRequest"];
export type Glance = Schemas["Glance"];

export type View = Schemas["View"];
export type SortKey = Schemas["SortKey"];
export type Condition = Required<Schemas["Condition"]>;
export interface ViewQuery {
  readonly sort: readonly SortKey[];
  readonly filters: readonly Condition[];
  readonly search: string;
  readonly expression: string;
}
export type Download = Schemas["Download"];
export type FieldProfile = Schemas["FieldProfile"];
