import { ago, exact } from "@/results/format";
import { discardEdits, keepMine, takeDisk, useFile } from "@/state/files";
import { useLink } from "@/state/link";
import { useWorkflow } from "@/state/workflow";

/** What there is to decide about the file; nothing is ever decided silently. */
export function Banner() {
  const { changed, recovered } = useFile();
  const path = useWorkflow((workflow) => workflow.path);
  const link = useLink((found) => found.link);
  if (link !== "there") {
    return (
      <div className="banner lost" role="alert">
        <strong>{link === "gone" ? "The server does not answer." : "The server was started anew."}</strong>
        <span>
          {link === "gone"
            ? "Your edits are kept in this tab, which goes on when it is back. Start flowrun serve if it has ended."
            : "Open the link that it printed, in this browser: then this tab goes on, with your edits."}
        </span>
      </div>
    );
  }
  if (changed) {
    return (
      <div className="banner" role="alert">
        <span>
          <strong>{path}</strong> was changed on disk while you edited it.
        </span>
        <button className="button" onClick={takeDisk}>
          Load it
        </button>
        <button className="button" onClick={keepMine}>
          Keep mine
        </button>
      </div>
    );
  }
  if (recovered === null) return <div />;
  return (
    <div className="banner" role="status">
      <span title={exact(recovered)}>Edits from {ago(recovered)} that were not saved are back.</span>
      <button className="button" onClick={() => useFile.setState({ recovered: null })}>
        Keep them
      </button>
      <button className="button" onClick={discardEdits}>
        Go back to the file
      </button>
    </div>
  );
}
