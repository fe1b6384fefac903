/** Names that go together. Each list has ten; `Native/Latin` where the name does not become Latin by dropping accents. */
export interface NameGroup {
  readonly given: readonly string[];
  readonly family: readonly string[];
  /** What stands between them, and which comes first. */
  readonly order: 'given-first' | 'family-first' | 'family-joined';
}

/** Each given name of a group may go with each of its family names. No given name begins like that of a named demo user. */
export const NAME_GROUPS: readonly NameGroup[] = [
  group(
    'given-first',
    'Siobhán Declan Imogen Marcus Keisha Rhys Beatrix Desmond Aoife Tobias',
    "O'Connor Whitaker Bailey Ashworth Llewellyn Freeman Okoro-Hughes Sinclair Hargreaves Brennan",
  ),
  group(
    'given-first',
    'Jürgen Käthe Anneliese Götz Ulrike Matthias Friederike Lutz Jörg Henrike',
    'Müller Weiß/Weiss Schäfer Krüger Vogel Böhm Lindemann Jäger Hoffmann Großmann/Grossmann',
  ),
  group(
    'given-first',
    'Björn Åsa Søren/Soren Linnéa Mikkel Ingrid Håkon Maj Øystein/Oystein Tuva',
    'Bergström Østergaard/Ostergaard Håkansson Lindqvist Dahl Sjöberg Kjær/Kjaer Nygård Holm Solbakken',
  ),
  group(
    'given-first',
    'Núria Joaquín Inês João Begoña Íñigo Lucía Thiago Concepción Álvaro',
    'Muñoz Ibáñez Gonçalves Araújo Peña Quintero Magalhães Ordóñez Ferreira Castaño',
  ),
  group(
    'given-first',
    'Zoé François Chloé Théo Maëlle Étienne Noémie Loïc Anaïs Gaël',
    'Lefèvre Bélanger Mercier Gauthier Desrosiers Crépeau Rousselle Lemaître Hébert Beaulieu',
  ),
  group(
    'given-first',
    'Łukasz/Lukasz Zofia Paweł/Pawel Małgorzata/Malgorzata Wojciech Bożena Michał/Michal Jagoda Stanisław/Stanislaw Żaneta',
    'Nowak Wójcik Wróbel Zając Mazur Dudek Stępień Pająk Gołąb/Golab Kołodziej/Kolodziej',
  ),
  group(
    'given-first',
    'Ayşe Mehmet Çağla Oğuz İpek Emre Şebnem Barış/Baris Gülşen Kerem',
    'Yılmaz/Yilmaz Demir Şahin Çelik Öztürk Kılıç/Kilic Aydın/Aydin Güneş Doğan Koç',
  ),
  group(
    'given-first',
    'Олена/Olena Тарас/Taras Ірина/Iryna Богдан/Bohdan Наталія/Nataliia Юрій/Yurii Оксана/Oksana Микола/Mykola Лариса/Larysa Сергій/Serhii',
    'Шевченко/Shevchenko Бондаренко/Bondarenko Ткаченко/Tkachenko Коваль/Koval Мельник/Melnyk Кравчук/Kravchuk Лисенко/Lysenko Гончар/Honchar Марчук/Marchuk Савчук/Savchuk',
  ),
  group(
    'given-first',
    'Ngozi Chinedu Fọlásadé Babátúndé Yetunde Kwabena Wanjiru Obinna Thandiwe Efua',
    'Okonkwo Balógun Mensah Otieno Eze Nwosu Afọlábí Boateng Mwangi Dlamini',
  ),
  group(
    'given-first',
    'Priya Arjun Lakshmi Rohan Ananya Vikram Meera Karthik Ishaan Devika',
    'Iyer Sharma Patel Reddy Banerjee Nair Chatterjee Deshpande Kulkarni Menon',
  ),
  group(
    'given-first',
    'ليلى/Layla خالد/Khalid نور/Nour ياسر/Yasser هدى/Huda طارق/Tariq رانيا/Rania بلال/Bilal مريم/Maryam فارس/Faris',
    'حداد/Haddad منصور/Mansour خوري/Khoury نجار/Najjar عثمان/Othman زيدان/Zidan بكري/Bakri شاهين/Shahin قاسم/Qasim رشيد/Rashid',
  ),
  group(
    'family-first',
    '花子/Hanako 健太/Kenta 美咲/Misaki 大輔/Daisuke 由美/Yumi 翔太/Shota 恵子/Keiko 直樹/Naoki 彩香/Ayaka 誠/Makoto',
    '佐藤/Sato 鈴木/Suzuki 高橋/Takahashi 渡辺/Watanabe 小林/Kobayashi 中村/Nakamura 山口/Yamaguchi 松本/Matsumoto 井上/Inoue 清水/Shimizu',
  ),
  group(
    'family-joined',
    '秀英/Xiuying 志强/Zhiqiang 雨桐/Yutong 建国/Jianguo 丽娜/Lina 子轩/Zixuan 晓明/Xiaoming 文静/Wenjing 浩然/Haoran 思远/Siyuan',
    '王/Wang 李/Li 张/Zhang 刘/Liu 陈/Chen 杨/Yang 赵/Zhao 黄/Huang 周/Zhou 吴/Wu',
  ),
  group(
    'family-first',
    'Hương Minh Tuyết Quân Lan Dũng Thảo Khánh Mai Phúc',
    'Nguyễn Trần Lê Phạm Hoàng Vũ Đặng/Dang Bùi Đỗ/Do Ngô',
  ),
];

function group(order: NameGroup['order'], given: string, family: string): NameGroup {
  return { order, given: given.split(' '), family: family.split(' ') };
}
