import ts from 'typescript';

/** Words in capitals with an underscore: what names of environment variables look like here. */
const VARIABLE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** A word of KMS that only looks like one. */
const NO_VARIABLES = new Set(['SYMMETRIC_DEFAULT']);

const isEnvironment = (expression: ts.Expression): boolean =>
  ts.isPropertyAccessExpression(expression) ? expression.name.text === 'env' : /env/i.test(expression.getText());

/** `env['NAME']`, `env.NAME` and `const { NAME } = env`. */
const readDirectly = (node: ts.Node): string[] => {
  if (ts.isPropertyAccessExpression(node) && isEnvironment(node.expression)) return [node.name.text];
  if (
    ts.isElementAccessExpression(node) &&
    isEnvironment(node.expression) &&
    ts.isStringLiteralLike(node.argumentExpression)
  )
    return [node.argumentExpression.text];
  if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name) && node.initializer !== undefined) {
    if (isEnvironment(node.initializer)) return node.name.elements.map((element) => element.name.getText());
  }
  return [];
};

const inText = (source: string, namesOf: (node: ts.Node) => string[]): string[] => {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    for (const name of namesOf(node)) if (VARIABLE.test(name) && !NO_VARIABLES.has(name)) found.add(name);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true));
  return [...found].sort();
};

/** Variables that a source reads from an environment by name. */
export const variablesReadIn = (source: string): string[] => inText(source, readDirectly);

/** Variables that a source names at all, error codes left out: for programs that hand names to functions. */
export const variablesNamedIn = (source: string): string[] =>
  inText(source, (node) =>
    ts.isStringLiteralLike(node) && !node.text.startsWith('E_') ? [node.text] : readDirectly(node),
  );
