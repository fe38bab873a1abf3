import { dirname } from 'node:path';
import ts from 'typescript';

/** Tells whether a file of a work tree still passes the types with another text; the compiler then kills no mutant. */
export class TypeCheck {
  private readonly service: ts.LanguageService;
  private readonly texts = new Map<string, { version: number; text: string }>();

  constructor(tree: string) {
    const config = ts.readConfigFile(`${tree}/tsconfig.json`, ts.sys.readFile).config;
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(`${tree}/tsconfig.json`));
    // What a mutant leaves unused or out of reach is no reason to refuse it.
    const lenient = { noUnusedLocals: false, noUnusedParameters: false, allowUnreachableCode: true };
    this.service = ts.createLanguageService({
      getCompilationSettings: () => ({ ...options, ...lenient }),
      getScriptFileNames: () => [...this.texts.keys()],
      getScriptVersion: (file) => String(this.texts.get(file)?.version ?? 0),
      getScriptSnapshot: (file) => {
        const text = this.texts.get(file)?.text ?? ts.sys.readFile(file);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => tree,
      getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
      readDirectory: ts.sys.readDirectory,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
    });
  }

  passes(file: string, text: string): boolean {
    const version = (this.texts.get(file)?.version ?? 0) + 1;
    this.texts.set(file, { version, text });
    return (
      this.service.getSyntacticDiagnostics(file).length === 0 &&
      this.service.getSemanticDiagnostics(file).length === 0
    );
  }
}
