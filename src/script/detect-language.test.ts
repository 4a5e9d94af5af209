import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { detectLanguage } from './detect-language.ts';

const SUPPORTED = [
  'en',
  'es',
  'fr',
  'de',
  'it',
  'nl',
  'pt',
  'pl',
  'ru',
  'uk',
  'tr',
  'hi',
  'ar',
  'zh',
  'ko',
  'ja',
  'th',
  'he',
  'el',
];

const CASES: readonly (readonly [text: string, language: string])[] = [
  ['Hello and welcome to our new video about cooking.', 'en'],
  ['Bienvenidos a nuestro nuevo vídeo sobre cocina.', 'es'],
  ['Bienvenue dans notre nouvelle vidéo sur la cuisine.', 'fr'],
  ['Willkommen zu unserem neuen Video über das Kochen.', 'de'],
  ['Benvenuti nel nostro nuovo video sulla cucina.', 'it'],
  ['Welkom bij onze nieuwe video over koken en bakken.', 'nl'],
  ['Bem-vindos ao nosso novo vídeo sobre culinária.', 'pt'],
  ['Witamy w naszym nowym filmie o gotowaniu.', 'pl'],
  ['Yemek pişirme hakkındaki yeni videomuza hoş geldiniz.', 'tr'],
  ['Добро пожаловать в наше новое видео о кулинарии.', 'ru'],
  ['Ласкаво просимо до нашого нового відео про кулінарію.', 'uk'],
  ['खाना पकाने के बारे में हमारे नए वीडियो में स्वागत है।', 'hi'],
  ['مرحبا بكم في الفيديو الجديد عن الطبخ', 'ar'],
  ['欢迎收看我们关于烹饪的新视频。', 'zh'],
  ['料理についての新しい動画へようこそ。', 'ja'],
  ['요리에 관한 새로운 영상에 오신 것을 환영합니다.', 'ko'],
  ['ยินดีต้อนรับสู่วิดีโอใหม่ของเรา', 'th'],
  ['ברוכים הבאים לסרטון החדש שלנו', 'he'],
  ['Καλώς ήρθατε στο νέο μας βίντεο', 'el'],
  ['你好', 'zh'],
  ['はい', 'ja'],
  ['네', 'ko'],
  ['Привет', 'ru'],
  ['Hola', 'en'],
  ['Hello', 'en'],
  ['', 'en'],
  ['12345 👍', 'en'],
  ['iPhone 的新功能介绍', 'zh'],
  ['The word 你好 means hello in the Chinese language.', 'en'],
  ['OpenAI の新しいモデル', 'ja'],
];

describe('detectLanguage', () => {
  for (const [text, language] of CASES) {
    test(`${language}: ${text}`, () =>
      assert.equal(detectLanguage(text, { supported: SUPPORTED, fallback: 'en' }), language));
  }

  test('answers only with what is supported', () => {
    assert.equal(detectLanguage('欢迎收看我们的新视频', { supported: ['en', 'de'], fallback: 'de' }), 'de');
    assert.equal(detectLanguage('Ласкаво просимо до нашого відео', { supported: ['en', 'ru'], fallback: 'en' }), 'ru');
    assert.equal(detectLanguage('Bienvenidos a nuestro nuevo vídeo', { supported: ['en'], fallback: 'en' }), 'en');
  });
});
