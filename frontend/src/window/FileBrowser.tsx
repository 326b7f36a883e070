import { useEffect, useState } from "react";
import * as api from "@/api/client";
import type { Entry, Listing } from "@/api/types";
import { folderOf } from "@/config/paths";
import { Icon } from "@/icons/Icon";
import { ago, bytes, exact } from "@/results/format";
import { Dialog } from "./Dialog";

interface FileBrowserProps {
  title: string;
  /** The folder that is shown first. */
  start: string;
  choose: "file" | "save" | "folder" | "workflow";
  /** A name to save under. */
  name?: string;
  close: () => void;
  done: (path: string) => void;
}

/** The served folder, to pick from. */
export function FileBrowser({ title, start, choose, name = "", close, done }: FileBrowserProps) {
  const [folder, setFolder] = useState(start);
  const { listing, problem } = useListing(folder, setFolder);
  const [typed, setTyped] = useState(name);
  const join = (child: string): string => (folder ? `${folder}/${child}` : child);
  const pick = (entry: Entry): void => {
    if (entry.kind === "folder") setFolder(entry.path);
    else if (choose === "save") setTyped(entry.name);
    else if (choose !== "folder") done(entry.path);
  };
  return (
    <Dialog title={title} close={close}>
      <Crumbs folder={folder} go={setFolder} />
      <ul className="dialog-list files">
        {folder !== "" && (
          <li>
            <button onClick={() => setFolder(folderOf(folder))}>
              <Icon name="chevronUp" /> <span>One folder up</span>
            </button>
          </li>
        )}
        {listing?.entries
          .filter((entry) => choose !== "workflow" || entry.kind === "folder" || entry.is_workflow)
          .map((entry) => (
            <Row key={entry.path} entry={entry} off={choose === "folder" && entry.kind === "file"} pick={pick} />
          ))}
        {listing?.entries.length === 0 && <li className="soft">This folder is empty.</li>}
        {problem && <li className="problem">{problem}</li>}
      </ul>
      <form
        className="dialog-foot"
        onSubmit={(event) => {
          event.preventDefault();
          if (choose === "folder") done(folder || ".");
          else if (typed.trim()) done(join(typed.trim()));
        }}
      >
        {choose === "save" && (
          <input
            className="input"
            aria-label="Name"
            placeholder="Name"
            data-first
            onFocus={({ target }) => target.select()}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        <button type="button" className="button" onClick={close}>
          Cancel
        </button>
        {(choose === "save" || choose === "folder") && (
          <button className="button primary">{choose === "save" ? "Save" : "Choose this folder"}</button>
        )}
      </form>
    </Dialog>
  );
}

/** What a folder holds; one that does not exist leads to the one around it. */
function useListing(folder: string, go: (folder: string) => void): { listing: Listing | null; problem: string } {
  const [answer, setAnswer] = useState<{ listing: Listing | null; problem: string }>({ listing: null, problem: "" });
  useEffect(() => {
    let current = true;
    api.files(folder).then(
      (listing) => current && setAnswer({ listing, problem: "" }),
      (error: api.Refused) => {
        if (!current) return;
        if (error.status === 404 && folder) go(folderOf(folder));
        else setAnswer({ listing: null, problem: error.message });
      },
    );
    return () => {
      current = false;
    };
  }, [folder, go]);
  return answer;
}

function Crumbs({ folder, go }: { folder: string; go: (folder: string) => void }) {
  const parts = folder.split("/").filter(Boolean);
  return (
    <nav className="crumbs" aria-label="Folder">
      <button onClick={() => go("")}>Served folder</button>
      {parts.map((part, index) => (
        <span key={index}>
          / <button onClick={() => go(parts.slice(0, index + 1).join("/"))}>{part}</button>
        </span>
      ))}
    </nav>
  );
}

function Row({ entry, off, pick }: { entry: Entry; off: boolean; pick: (entry: Entry) => void }) {
  return (
    <li>
      <button disabled={off} onClick={() => pick(entry)}>
        <Icon name={entry.kind === "folder" ? "folder" : "file"} />
        <span className="grow ellipsis">{entry.name}</span>
        <span className="soft">{entry.kind === "file" ? bytes(entry.size) : ""}</span>
        <span className="soft when" title={exact(entry.modified)}>
          {ago(entry.modified)}
        </span>
      </button>
    </li>
  );
}
