import { useStoreApi } from "@xyflow/react";
import { useEffect } from "react";

/**
 * With Shift, Ctrl or Cmd a click adds to the selection. React Flow hears of it with the click and not with the key:
 * all that it draws is asked whether it changes with that, and Ctrl begins most shortcuts.
 */
export function MultiSelect() {
  const store = useStoreApi();
  useEffect(() => {
    const tell = ({ shiftKey, ctrlKey, metaKey }: PointerEvent): void => {
      const multiSelectionActive = shiftKey || ctrlKey || metaKey;
      if (store.getState().multiSelectionActive !== multiSelectionActive) store.setState({ multiSelectionActive });
    };
    window.addEventListener("pointerdown", tell, true);
    return () => window.removeEventListener("pointerdown", tell, true);
  }, [store]);
  return null;
}
