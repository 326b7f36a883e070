/** The formula editor, loaded when the first formula is shown. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { defaultKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { Annotation, EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import * as api from "@/api/client";
import type { Functions, Preview } from "@/api/types";

type Problem = NonNullable<Preview["problem"]>;

interface ExpressionEditorProps {
  id: string;
  label: string;
  text: string;
  fields: readonly string[];
  /** What stands in it while it is empty. */
  example: string;
  problem: Problem | null;
  change: (text: string) => void;
}

let asked: Promise<Functions> | null = null;
const functions = (): Promise<Functions> => (asked ??= api.functions().catch(() => ({ functions: [], constants: [] })));

const WORDS = /^(if|then|elseif|else|endif|and|or|not|in|null|true|false)\b/i;

const language = StreamLanguage.define({
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^\/\/.*/) || stream.match(/^\/\*.*?\*\//)) return "comment";
    if (stream.match(/^"[^"]*"?/) || stream.match(/^'[^']*'?/)) return "string";
    if (stream.match(/^\[[^\]]*\]?/)) return "variableName";
    if (stream.match(/^\d+(\.\d+)?/)) return "number";
    if (stream.match(WORDS)) return "keyword";
    if (stream.match(/^[A-Za-z_]\w*(?=\s*\()/)) return "function";
    if (!stream.match(/^\w+/)) stream.next();
    return null;
  },
  tokenTable: { function: tags.function(tags.name) },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: tags.variableName, color: "var(--code-field)" },
  { tag: tags.number, color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--ink-soft)", fontStyle: "italic" },
  { tag: tags.function(tags.name), color: "var(--code-function)" },
]);

const setProblem = StateEffect.define<Problem | null>();
const fromOutside = Annotation.define<boolean>();

const underline = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    const effect = transaction.effects.find((found) => found.is(setProblem));
    if (!effect) return transaction.docChanged ? Decoration.none : marks;
    const { start = 0, end = 0, message = "" } = effect.value ?? {};
    const to = Math.min(Math.max(end, start + 1), transaction.newDoc.length);
    if (!effect.value || (start === 0 && end === 0) || start >= to) return Decoration.none;
    return Decoration.set([Decoration.mark({ class: "cm-mistake", attributes: { title: message } }).range(start, to)]);
  },
  provide: (field) => EditorView.decorations.from(field),
});

async function complete(context: CompletionContext, fields: readonly string[]): Promise<CompletionResult | null> {
  const word = context.matchBefore(/\[[^\]\n]*|[A-Za-z_]\w*/);
  if (!word && !context.explicit) return null;
  const known = await functions();
  const names = fields.map((name) => ({ label: `[${name}]`, type: "variable" }));
  const constants = known.constants.map((name) => ({ label: `[${name}]`, type: "constant" }));
  const calls = known.functions.map(({ name, usage, help, example }) => ({
    label: name,
    type: "function",
    apply: `${name}(`,
    detail: usage.replace(name, ""),
    info: () => described(`${help}\n${example}`),
  }));
  const inField = word?.text.startsWith("[") ?? false;
  return {
    from: word?.from ?? context.pos,
    options: inField ? [...names, ...constants] : [...names, ...calls, ...constants],
    validFor: /^(\[[^\]]*|\w*)$/,
  };
}

function described(text: string): Node {
  const node = document.createElement("div");
  node.textContent = text;
  node.className = "cm-description";
  return node;
}

export default function ExpressionEditor({ id, label, text, fields, example, problem, change }: ExpressionEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ fields, change });
  useEffect(() => {
    latest.current = { fields, change };
  });

  useEffect(() => {
    const state = EditorState.create({
      doc: text,
      extensions: [
        language,
        syntaxHighlighting(colours),
        bracketMatching(),
        closeBrackets(),
        underline,
        autocompletion({ override: [(context) => complete(context, latest.current.fields)] }),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap]),
        placeholder(example),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ id, "aria-label": label }),
        EditorView.updateListener.of((update) => {
          const own = update.transactions.some((transaction) => transaction.annotation(fromOutside));
          if (update.docChanged && !own) latest.current.change(update.state.doc.toString());
        }),
      ],
    });
    const editor = new EditorView({ state, parent: host.current ?? document.body });
    view.current = editor;
    return () => editor.destroy();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the editor is made once for its setting
  }, [id]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === text) return;
    const changes = { from: 0, to: editor.state.doc.length, insert: text };
    editor.dispatch({ changes, annotations: fromOutside.of(true) });
  }, [text]);

  useEffect(() => view.current?.dispatch({ effects: setProblem.of(problem) }), [problem]);

  return <div ref={host} className="editor-host" />;
}
