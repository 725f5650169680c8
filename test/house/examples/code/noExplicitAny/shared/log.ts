export function print(line: any): void { // !
  console.log(line);
}
