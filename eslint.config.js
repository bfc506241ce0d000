import eslint from '@eslint/js';
import jest from 'eslint-plugin-jest';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Name what you export; default exports are for tool configs.',
};
const noEnvironment = {
  selector: 'MemberExpression[object.name="process"][property.name="env"]',
  message: 'Only config reads process.env; take Settings.',
};
/** Six parameters are enough for a constructor; other functions should take fewer, but that is left to reviewers. */
const smallConstructors = {
  selector: 'MethodDefinition[kind="constructor"] > FunctionExpression[params.length>6]',
  message: 'A constructor takes at most 6 parameters; this class does too much.',
};

const budget = { 'max-lines': ['error', 300], 'max-lines-per-function': ['error', 40] };

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'data/', '**/node_modules/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...budget,
      'no-restricted-syntax': ['error', noDefaultExport, noEnvironment, smallConstructors],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Wants `!`, which no-non-null-assertion forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // DTO classes describe shapes for validation and schemas; what is answered is a plain object of that shape.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Nest modules are classes that carry nothing but a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['src/config/**/*.ts', 'test/**/*.ts'],
    // Tests hand addresses of servers down to jest's workers.
    rules: { 'no-restricted-syntax': ['error', noDefaultExport, smallConstructors] },
  },
  {
    // One entry per variable, each with its documentation.
    files: ['src/config/*settings.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    files: ['*.config.ts'],
    rules: { 'no-restricted-syntax': ['error', noEnvironment] },
  },
  {
    files: ['test/**/*.ts', '**/*.spec.ts'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', '**.expect*', 'fc.assert'] }],
      'jest/valid-expect': 'error',
      'jest/no-focused-tests': 'error',
      'jest/no-disabled-tests': 'error',
      'jest/prefer-importing-jest-globals': 'error',
      'jest/no-standalone-expect': 'off',
      // `expectMessage<{ position: string }>('notification')` names what a spec reads of a frame.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    files: ['**/*.spec.ts'],
    // A describe is a chapter, not a function.
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // Chapters that are exported to specs, for example one suite that several backends pass.
    files: [
      'test/channel-layer/describe-channel-layer.ts',
      'test/channel-layer/suite/*.ts',
      'test/infrastructure/received-errors.ts',
    ],
    rules: { 'max-lines-per-function': 'off', 'jest/no-export': 'off', 'jest/valid-title': 'off' },
  },
  {
    files: ['web/**/*.js'],
    languageOptions: { globals: globals.browser },
    rules: budget,
  },
  {
    files: ['**/*.js'],
    ignores: ['web/**'],
    languageOptions: { globals: globals.nodeBuiltin },
    rules: budget,
  },
);
