/**
 * The few forms of C that the emitters write, each as a function of plain values. What surrounds them
 * is in templates/.
 */

/** Lines to text, without a final newline. */
export function lines(...parts: readonly (string | readonly string[])[]): string {
  return parts.flat().join("\n");
}

/** A string literal; only printable ASCII occurs. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text);
}

/** A 64-bit constant from decimal text, negative values in two's complement. */
export function constant64(decimal: string): string {
  return `UINT64_C(0x${BigInt.asUintN(64, BigInt(decimal)).toString(16)})`;
}

/** A row of an array of structs. */
export function row(...values: readonly (string | number)[]): string {
  return `{${values.join(", ")}},`;
}

/** A designated element of an array. */
export function element(index: string | number, value: string | number): string {
  return `[${index}] = ${value},`;
}

/** An enumerator. */
export function enumerator(name: string, value: string | number): string {
  return `${name} = ${value},`;
}

/** An object-like macro. */
export function define(name: string, value: string | number): string {
  return `#define ${name} ${value}`;
}

/** A static assertion that an expression has a value; the message is the expression. */
export function assertEqual(expression: string, value: number): string {
  return `_Static_assert(${expression} == ${value}, ${stringLiteral(expression)});`;
}

/** A member or variable: the type may end in `*`, the declarator may be an array. */
export function declaration(type: string, declarator: string): string {
  return type.endsWith("*") ? `${type}${declarator};` : `${type} ${declarator};`;
}

/** A struct or union with its members, one a line; without a tag it is anonymous. */
export function composite(
  keyword: "struct" | "union",
  tag: string | undefined,
  members: readonly string[],
): string[] {
  return [
    tag === undefined ? `${keyword} {` : `${keyword} ${tag} {`,
    ...members.map((member) => `    ${member}`),
    "};",
  ];
}
