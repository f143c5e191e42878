/**
 * The lint rules that oxlint does not have: `latchbox/arrows` holds the table in `laws.ts`;
 * `latchbox/no-ambient-date` forbids `new Date()`, which reads the machine's clock (`new Date(milliseconds)` is fine).
 */

import { dirname, relative, resolve, sep } from 'node:path';
import { forbidden } from './laws.ts';

interface Literal {
  type: string;
  value?: unknown;
}

interface ImportNode {
  /** The specifier of an import or export declaration, of `import()` and of `import('…')` as a type. */
  source?: Literal | null;
}

interface CallNode {
  callee: { type: string; name?: string; property?: { type: string; name?: string } };
  arguments: readonly unknown[];
}

interface Context<Node> {
  filename: string;
  report(problem: { node: Node; message: string }): void;
}

const top = resolve(import.meta.dirname, '../../..');

const fromTop = (path: string): string => relative(top, path).split(sep).join('/');

const arrows = {
  create(context: Context<ImportNode>) {
    const file = fromTop(context.filename);
    const check = (node: ImportNode): void => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string') return;
      const target = /^\.\.?(\/|$)/.test(specifier)
        ? { path: fromTop(resolve(dirname(context.filename), specifier)) }
        : { package: specifier };
      const message = forbidden(file, target);
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};

function isDate(callee: CallNode['callee']): boolean {
  if (callee.type === 'Identifier') return callee.name === 'Date';
  return callee.type === 'MemberExpression' && callee.property?.name === 'Date';
}

const noAmbientDate = {
  create(context: Context<CallNode>) {
    const message = 'This reads the clock of the machine: ask the clock that was passed in.';
    return {
      NewExpression(node: CallNode) {
        if (isDate(node.callee) && node.arguments.length === 0) context.report({ node, message });
      },
      CallExpression(node: CallNode) {
        if (isDate(node.callee)) context.report({ node, message });
      },
    };
  },
};

export default {
  meta: { name: 'latchbox' },
  rules: { arrows, 'no-ambient-date': noAmbientDate },
};
