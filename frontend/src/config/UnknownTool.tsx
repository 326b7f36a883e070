import { perform } from "@/actions/registry";
import { settingsOf, type Node } from "@/document/types";
import { useCheck } from "@/state/check";
import { words } from "./schema";
import { asText } from "./Form";

/** A tool that nobody knows here: why, what it was set to, and a way out. */
export function UnknownTool({ name, node }: { name: string; node: Node }) {
  const problems = useCheck((check) => check.byNode.get(name)) ?? [
    { message: `There is no tool '${node.tool}'.`, hint: "Its settings are kept as they are." },
  ];
  return (
    <div className="form">
      {problems.map(({ message, hint }) => (
        <p key={message} className="problem error">
          {message} {hint}
        </p>
      ))}
      <button type="button" className="button" onClick={() => perform("replace")}>
        Replace it with another tool …
      </button>
      {Object.entries(settingsOf(node)).map(([setting, value]) => (
        <div key={setting} className="setting">
          <h3>{setting === "alteryx" ? "What it was in Alteryx" : words(setting)}</h3>
          <pre className="code kept-setting" tabIndex={0}>
            {typeof value === "object" ? JSON.stringify(value, null, 2) : asText(value)}
          </pre>
        </div>
      ))}
    </div>
  );
}
