/** The best-known passwords of at least 8 characters, lower case: what is tried first when an account is attacked. */
const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `
  !qaz2wsx !qaz@wsx 00000000 000000000 0000000000 01234567 012345678 0123456789 0987654321 0okm9ijn 10101010 10203040
  1020304050 11110000 11111111 111111111 1111111111 11112222 111122223333 11223344 1122334455 112233445566 12121212
  1212121212 123123123 1231231234 123123123a 123321123 123321123321 12341234 123412345 1234321a 12344321 123454321
  1234554321 12345678 123456780 123456781 123456788 123456789 1234567890 1234567890a 1234567890q 1234567891 12345678910
  123456789a 123456789q 123456789s 123456789z 12345678a 12345678q 12345679 1234567a 1234567q 123456qwerty 12345password
  12345qwert 1234password 1234qwer 123654789 1236987450 123password 123qwe123 123qwe456rty 123qweasd 123qweasdzxc
  12qwaszx 13131313 14141414 14725836 147258369 1472583690 147852369 15151515 159357123 159753123 159753456 1a2b3c4d
  1a2b3c4d5e 1password 1q2w3e4r 1q2w3e4r! 1q2w3e4r5 1q2w3e4r5t 1q2w3e4r5t6y 1qaz!qaz 1qaz1qaz 1qaz2wsx 1qaz2wsx3edc
  1qaz@wsx 1qazxsw2 20202020 21212121 22222222 23232323 25252525 2wsx3edc 31415926 314159265 3141592653 321321321
  33333333 44444444 456789123 55555555 66666666 741852963 77777777 78945612 789456123 7894561230 852456123 8675309a
  87654321 876543210 88888888 888888888 951753852 963258741 963852741 98741236 987456321 98765432 987654321 9876543210
  987654321a 99999999 999999999 9999999999 a1234567 a12345678 a123456789 a1234567890 a1a2a3a4 a1b2c3d4 a1b2c3d4e5
  aa123456 aa12345678 aa123456789 aaa11111 aaaa1111 aaaaaaaa aaaaaaaaa aaaaaaaaaa aaaabbbb aabbccdd ab123456 ab12345678
  abc12345 abc123456 abc1234567 abc123456789 abc123abc abcabc123 abcd1234 abcd12345 abcd123456 abcde123 abcde12345
  abcdef12 abcdef123 abcdefg1 abcdefgh abcdefgh1 abcdefghi abcdefghij abcdefghijk access123 access14 accounting admin!23
  admin001 admin123 admin1234 admin12345 admin123456 admin2020 admin2021 admin2022 admin2023 admin2024 admin2025
  admin@123 admin@1234 adminadmin administrator administrator1 adminpass adminpassword agent007 airborne airforce
  alexander alexander1 alexandra alexandre alexis12 alligator amanda12 amanda123 amazing1 andrew12 andrew123 android1
  angel123 angels123 anthony1 anything1 argentina arsenal1 arsenal123 asd12345 asd123asd asdasd123 asdasdasd asdf1234
  asdf12345 asdfasdf asdfasdf1 asdfgh12 asdfgh123 asdfghjk asdfghjkl asdfghjkl1 asdfghjkl; asdfqwer asdfzxcv ashley12
  ashley123 assassin1 austin12 australia australia1 autumn2020 autumn2021 autumn2022 autumn2023 autumn2024 autumn2025
  autumn2026 awesome1 awesome123 azerty123 azertyui azertyuiop baby1234 babyblue babyboy1 babydoll babygirl babygirl1
  babygirl12 babygirl123 bailey12 bailey123 banana12 banana123 bananas1 barcelona barcelona1 barcelona123 baseball
  baseball1 baseball12 baseball123 basketball basketball1 basketball123 batman12 batman123 bbbbbbbb beatles1 beautiful
  beautiful1 benjamin benjamin1 bestfriend bestfriends bigbrother bigdaddy birthday birthday1 blackberry blackcat
  blackdog blackjack blacksheep blessed1 blessing blink182 blueberry bluemoon bluesky1 bond007007 brandon1 brasil123
  brittany brittany1 broncos1 bubblegum bubblegum1 bubbles1 bubbles123 bulldogs bulldogs1 business1 buster12 buster123
  buttercup buttercup1 butterflies butterfly butterfly1 butterfly123 california california1 cameron1 captain1 cardinal1
  cardinals carolina1 caroline caroline1 cassandra catherine cccccccc celtic1888 celtic67 champion champion1 champions
  change-me change_me changeit changeit1 changeme changeme! changeme1 changeme12 changeme123 changethis charizard
  charlie1 charlie12 charlie123 charlotte charlotte1 cheerleader cheese12 cheese123 cheesecake chelsea1 chelsea12
  chelsea123 cherry12 cherry123 chevelle chevrolet chewbacca cheyenne1 chicago1 chicken1 chicken123 chocolate chocolate1
  chocolate123 christian christian1 christina christine christine1 christmas christmas1 christmas123 christopher
  christopher1 cinderella cisco123 climbing cocacola cocacola1 coffee12 coffee123 colombia colorado1 company1 company123
  computer computer1 computer12 computer123 cookie12 cookie123 cookies1 correcthorsebatterystaple corvette corvette1
  counterstrike courtney courtney1 cowboy12 cowboys1 cowboys22 cowgirl1 creative creative1 crocodile crystal1 cupcake1
  cupcakes cutiepie cutiepie1 daddy123 dancing1 daniel12 daniel123 danielle danielle1 darkness darkness1 darthvader
  database database1 dddddddd deadpool deadpool1 december1 default1 default123 defaultpassword demo1234 demo12345
  demodemo diamond1 diamonds discovery disney123 docker123 dolphin1 dolphins dolphins1 dontforget dragon12 dragon123
  dragon1234 dragonball dragonball1 dragonballz dragons1 drowssap drummer1 dumbledore eagles123 elephant elephant1
  elephants elizabeth elizabeth1 eminem123 england1 enter123 enterprise enterprise1 everton1 everything example1
  example123 explorer explorer1 facebook facebook1 facebook123 family123 familyforever fantasia february ferrari1
  finance1 firebird fishing1 florida1 football football! football1 football12 football123 football2 forever1 forever21
  forgetit forgotten fortnite fortnite1 fortnite123 freebird freedom1 freedom123 friends1 friends123 friendship gabriel1
  gabriela gabrielle gandalf1 garfield garfield1 george123 germany1 ginger12 ginger123 gladiator gladiator1 gmail123
  godisgood godisgreat godislove golden123 goldfish goldfish1 goodbye1 google12 google123 gorgeous1 greenday1 guest123
  guest1234 guestguest guitar12 guitar123 gymnast1 gymnastics halloween halloween1 hamburger handsome hannah12 hansolo1
  happiness happiness1 happy123 happyday happyness harley123 harleydavidson harrypotter harrypotter1 heather1 heavenly
  hello123 hello1234 hello12345 hello123456 hello2you hellohello hellokitty hellokitty1 hellothere helloworld
  helloworld1 hermione hockey12 hockey123 hogwarts honeybee honeybunny hotmail1 hotstuff hotstuff1 hunter12 hunter123
  hunter22 hunting1 hurricane icecream icecream1 idontcare idontknow ilovedad ilovegod ilovejesus iloveme1 iloveme2
  ilovemom ilovemylife ilovemymom ilovemyself iloveu123 iloveyou iloveyou! iloveyou1 iloveyou12 iloveyou123 iloveyou143
  iloveyou2 iloveyou3000 iloveyou4ever india123 indonesia infinity infinity1 ingodwetrust instagram instagram1 internet
  internet1 internet12 internet123 iphone123 ironmaiden ironmaiden1 ironman1 ironman3 isabella isabella1 isabelle
  jamesbond jamesbond007 january1 jasmine1 jedimaster jenkins1 jenkins123 jennifer jennifer1 jeremy12 jessica1
  jessica123 jesus123 jesuschrist jesusislord jesuslovesme jesussaves jonathan jonathan1 jordan123 jordan23 joshua123
  justin12 justin123 juventus juventus1 karaoke1 katherine kathleen kawasaki killer12 killer123 kimberly kimberly1
  kisses123 lacrosse lakers123 lakers24 lamborghini lasvegas lauren12 ledzeppelin letmein! letmein01 letmein1 letmein12
  letmein123 letmein2 letmeinnow letmeinplease letsgo123 liberty1 lightning lightning1 linkedin linkedin1 linkinpark
  linkinpark1 linux123 lionheart lionking1 littleone liverpool liverpool1 liverpool123 lkjhgfds lkjhgfdsa login123
  loginlogin lordoftherings losangeles love1234 love12345 love4ever lovebird loveforever lovehurts loveless lovelove
  lovelove1 lovely123 lover123 loveyou1 loveyou123 loveyou2 lucky123 lucky1234 lucky777 maggie12 malaysia manager1
  manager123 manchester manchester1 manunited manutd123 margaret marie123 marines1 marketing1 martin123 master12
  master123 master1234 masterkey mastermind matrix123 matthew1 matthew123 maverick maverick1 melissa1 mercedes mercedes1
  mercedesbenz metallica metallica1 michael1 michael12 michael123 michelle michelle1 michigan1 mickey123 mickeymouse
  microsoft microsoft1 midnight midnight1 military millionaire minecraft minecraft1 minecraft123 mnbvcxz1 mohamed1
  mohammed molly123 mommy123 money123 money1234 moneymoney mongodb1 monkey12 monkey123 monkey1234 monkeys1 moonlight
  moonlight1 mother123 motocross motorola mountain mountain1 muhammad musiclover musicman mustang1 mustang67 mustang99
  mychildren mydaughter myfamily mypassword mypassword1 mypassword123 mysecret mysql123 naruto12 naruto123 natalie1
  nathalie ncc1701d ncc1701e network1 network123 nevermind nevermore newpassword newpassword1 newyork1 newyork123
  nicholas nicholas1 nicole12 nicole123 nightmare nintendo nintendo1 nirvana1 nopassword nothing1 nothing123 notsecret
  november1 obiwankenobi october1 office123 oldpassword onepassword openopen opensesame operator1 operator123 oracle123
  p@$$w0rd p@$$w0rd1 p@$$word p@ssw0rd p@ssw0rd! p@ssw0rd1 p@ssw0rd1! p@ssw0rd12 p@ssw0rd123 p@ssword p@ssword1
  p@ssword12 p@ssword123 pa$$w0rd pa$$word pa$$word1 pa55w0rd pa55word packers1 pakistan pakistan1 pakistan123 panther1
  panthers paradise paradise1 pass1234 pass12345 pass123456 pass@123 pass@1234 passcode passcode1 passpass passpass1
  passphrase passport passport1 passw0rd passw0rd! passw0rd1 passw0rd1! passw0rd12 passw0rd123 password password!
  password#1 password$1 password-1 password. password01 password02 password1 password1! password10 password11 password12
  password12! password123 password123! password1234 password1234! password12345 password123456 password123456789
  password13 password2 password21 password22 password23 password3 password69 password7 password77 password8 password9
  password99 password? password@1 password@12 password@123 passwords passwort passwort1 passwort123 patricia patrick1
  patrick123 patriot1 patriots patriots1 peaches1 peanut12 peanutbutter peekaboo penguin1 penguins pepper12 pepper123
  pepperoni phoenix1 pikachu1 pikachu123 pineapple pinkfloyd pinkfloyd1 platinum platinum1 playstation playstation1
  poiuytre poiuytrewq pokemon1 pokemon12 pokemon123 porsche1 porsche911 portugal portugal1 postgres postgres1
  postgres123 precious precious1 predator princess princess1 princess12 princess123 pumpkin1 pumpkin123 q1w2e3r4
  q1w2e3r4t5 q1w2e3r4t5y6 qaz123wsx qazqazqaz qazwsx123 qazwsxedc qazwsxedcrfv qazxswedc qqqqqqqq qwe123qwe qweasd123
  qweasdzxc qweasdzxc123 qweqweqwe qwer1234 qwer12345 qwer123456 qwert123 qwert1234 qwert12345 qwertasdf qwerty1!
  qwerty12 qwerty123 qwerty123! qwerty1234 qwerty12345 qwerty123456 qwerty12345678 qwerty123456789 qwerty22 qwerty321
  qwerty77 qwerty99 qwertyqwerty qwertyu1 qwertyui qwertyui1 qwertyuio qwertyuiop qwertyuiop1 qwertyuiop123 qwertyuiop[]
  qwertz123 qwertzui qwertzuiop raiders1 rainbow1 rainbow123 rainbows ranger12 ranger123 rangers1 raspberry raspberry1
  raspberrypi realmadrid realmadrid1 rebecca1 redhorse redis123 redskins redsox04 remember remember1 rememberme richard1
  robert12 robert123 roblox123 rocknroll rockstar rockstar1 rocky123 root1234 root12345 rootpass rootpassword rootroot
  runescape runescape1 rush2112 samantha samantha1 samantha123 sample123 samsung1 samsung123 samurai1 sasuke123 saturday
  scoobydoo scoobydoo1 scorpion scorpion1 scotland scotland1 seahawks sebastian sebastian1 secret12 secret123 secret1234
  secret12345 secretpassword security security1 security123 september september1 serenity server123 service1 service123
  sexybaby sexygirl shadow12 shadow123 shadow1234 signin123 silver123 singapore skateboard skateboarding skywalker
  slipknot slipknot1 smile123 snoopy123 snowball snowboard snowflake soccer10 soccer11 soccer12 soccer123 softball
  softball1 soldier1 something something1 sophie12 spaghetti spartan1 spartan117 spiderman spiderman1 spiderman3
  spongebob spongebob1 spring2020 spring2021 spring2022 spring2023 spring2024 spring2025 spring2026 ssssssss stargate
  starlight starlight1 startrek startrek1 starwars starwars1 starwars123 steam123 steelers steelers1 stephanie
  stephanie1 stingray strawberry strawberry1 success1 success123 summer01 summer12 summer123 summer2019 summer2020
  summer2021 summer2022 summer2023 summer2024 summer2025 summer2026 summertime sunflower sunflower1 sunset123 sunshine
  sunshine! sunshine1 sunshine12 sunshine123 superman superman1 superman123 supermario supersecret superuser superuser1
  support1 support123 suzuki123 sweetheart sweetheart1 sweetie1 sweetpea sweetpea1 swimming swimming1 sysadmin sysadmin1
  sysadmin123 system123 tarheels temp1234 temp12345 temporary temporary1 temppass temppassword terminator terminator1
  test1234 test12345 test123456 test123test test@123 test@1234 tester123 testing1 testing12 testing123 testpass
  testpass1 testpass123 testpassword testtest testtest1 testuser testuser1 thailand thepassword thomas12 thomas123
  thunder1 thunder123 thunderbird thursday tidings1 tidings123 tigers123 tigger12 tigger123 tinkerbell tinkerbell1
  together toor1234 topsecret topsecret1 tornado1 tottenham trustme1 trustno1 trustnoone twitter1 ubuntu123 user1234
  user12345 username username1 username123 useruser usmarine valentina valentine valentines vampire1 vanessa1 veronica
  victoria victoria1 victory1 vincent1 virginia virginia1 voldemort volleyball wachtwoord wachtwoord1 warcraft1 warrior1
  warriors wednesday welc0me1 welcome! welcome01 welcome1 welcome1! welcome12 welcome123 welcome123! welcome1234
  welcome12345 welcome2 welcome2020 welcome2021 welcome2022 welcome2023 welcome2024 welcome2025 welcome2026 welcome@1
  welcome@123 werewolf westham1 whatever whatever1 whatever123 whiskey1 whitecat whocares whoknows wildcats wildcats1
  william1 william123 windows10 windows123 winner12 winner123 winniethepooh winter123 winter2019 winter2020 winter2021
  winter2022 winter2023 winter2024 winter2025 winter2026 wireless wireless1 wolfgang wolfpack1 wolverine wolverine1
  worldofwarcraft wsxedcrfv wwwwwwww xxxxxxxx yahoo123 yamaha123 yankees1 yankees2 yourpassword youtube1 youtube123
  zaq!2wsx zaq12wsx zaq1xsw2 zaq1zaq1 zelda123 zxcv1234 zxcvasdf zxcvbnm, zxcvbnm1 zxcvbnm12 zxcvbnm123 zxcvzxcv
  zxczxczxc zzzzzzzz
`
    .trim()
    .split(/\s+/),
);

/** Without regard to case. */
export function isCommonPassword(password: string): boolean {
  return COMMON_PASSWORDS.has(password.toLowerCase());
}
