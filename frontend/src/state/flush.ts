/** Keep what is being typed in place before something uses the document. */
export function flushEdits(): void {
  const { activeElement } = document;
  if (activeElement instanceof HTMLTextAreaElement && activeElement.classList.contains("editor")) activeElement.blur();
}
