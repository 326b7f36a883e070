import { useEffect, useState } from "react";

const PAUSE = 120; // ms without an edit before it is asked

/** What the server says while settings are edited; its last answer until the next one comes. Null: there is none. */
export function useAnswer<T>(ask: (signal: AbortSignal) => Promise<T>, asked: readonly unknown[]): T | null {
  const [answer, setAnswer] = useState<T | null>(null);
  useEffect(() => {
    const request = new AbortController();
    const timer = setTimeout(() => {
      // What keeps the server from answering stands among the problems; a preview is no place for it.
      ask(request.signal).then(setAnswer, () => !request.signal.aborted && setAnswer(null));
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      request.abort();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- it is asked again where `asked` is another
  }, asked);
  return answer;
}
