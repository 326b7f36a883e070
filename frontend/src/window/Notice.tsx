import { Icon } from "@/icons/Icon";
import { useView } from "@/state/view";

/** A sentence at the lower edge: what was done, or why it was not. */
export function Notice() {
  const notice = useView((view) => view.notice);
  return (
    <div aria-live="polite">
      {notice && (
        <div className={`notice ${notice.kind}`} role={notice.kind === "error" ? "alert" : "status"}>
          <div>
            {notice.text}
            {notice.hint && <div className="soft">{notice.hint}</div>}
          </div>
          <button className="icon-button" aria-label="Close" onClick={() => useView.setState({ notice: null })}>
            <Icon name="close" size={12} />
          </button>
        </div>
      )}
    </div>
  );
}
