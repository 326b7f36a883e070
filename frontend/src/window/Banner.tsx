import { ago, exact } from "@/results/format";
import { discardEdits, keepMine, takeDisk, useFile } from "@/state/files";
import { useWorkflow } from "@/state/workflow";

/** What there is to decide about the file; nothing is ever decided silently. */
export function Banner() {
  const { changed, recovered } = useFile();
  const path = useWorkflow((workflow) => workflow.path);
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
