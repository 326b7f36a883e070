import type { ReactNode } from "react";

/** `code` in a sentence. */
export const marked = (text: string): ReactNode[] =>
  text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
